/** Discord's REST API, as one person. */

const API = "/api/v10";

/** A refusal; `body` is Discord's. */
export class Refused extends Error {
  constructor(status, body) {
    super(reasonOf(status, body));
    this.status = status;
    this.body = body;
  }
}

/** Return the words to show for a refusal: the first fault of a form, or the message. */
function reasonOf(status, body) {
  const fault = firstFault(body?.errors);
  return fault ?? body?.message ?? `Error ${status}`;
}

function firstFault(errors) {
  if (!errors || typeof errors !== "object") return null;
  if (Array.isArray(errors._errors)) return errors._errors[0]?.message ?? null;
  for (const inner of Object.values(errors)) {
    const found = firstFault(inner);
    if (found) return found;
  }
  return null;
}

/** Calls in the name of one person. */
export class Api {
  constructor(token) {
    this.token = token;
  }

  async call(method, path, body, files = []) {
    const request = { method, headers: { Authorization: this.token } };
    if (files.length > 0) {
      const form = new FormData();
      form.append("payload_json", JSON.stringify(body));
      files.forEach((file, number) => form.append(`files[${number}]`, file, file.name));
      request.body = form;
    } else if (body !== undefined) {
      request.headers["Content-Type"] = "application/json";
      request.body = JSON.stringify(body);
    }
    const response = await fetch(API + path, request);
    const text = await response.text();
    let answer = null;
    try {
      answer = text ? JSON.parse(text) : null;
    } catch {
      answer = { message: text };
    }
    if (!response.ok) throw new Refused(response.status, answer);
    return answer;
  }

  history(channelId, before) {
    return this.call("GET", `/channels/${channelId}/messages?limit=50${before ? `&before=${before}` : ""}`);
  }

  say(channelId, body, files) {
    return this.call("POST", `/channels/${channelId}/messages`, body, files);
  }

  edit(message, content) {
    return this.call("PATCH", `/channels/${message.channel_id}/messages/${message.id}`, { content });
  }

  remove(message) {
    return this.call("DELETE", `/channels/${message.channel_id}/messages/${message.id}`);
  }

  react(message, emoji, mine) {
    const name = emoji.id ? `${emoji.name}:${emoji.id}` : emoji.name;
    const path = `/channels/${message.channel_id}/messages/${message.id}/reactions/${encodeURIComponent(name)}/@me`;
    return this.call(mine ? "DELETE" : "PUT", path);
  }

  typing(channelId) {
    return this.call("POST", `/channels/${channelId}/typing`);
  }

  commands(guildId) {
    return this.call("GET", `/guilds/${guildId}/application-command-index`);
  }

  interact(body, files) {
    return this.call("POST", "/interactions", body, files);
  }
}

/** Return the people one may act as; only this page may ask. */
export async function people() {
  const token = document.querySelector('meta[name="console-token"]').content;
  const response = await fetch("/console/people", { method: "POST", headers: { "X-Console-Token": token } });
  if (!response.ok) throw new Refused(response.status, { message: await response.text() });
  return response.json();
}
