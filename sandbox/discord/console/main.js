/** The page: one person's client, and the switch to another person. */

import { Api, people as fetchPeople } from "/console/api.js";
import { commandData } from "/console/command.js";
import { Composer } from "/console/composer.js";
import { findChannel, showForm } from "/console/dialogs.js";
import { el, fill } from "/console/dom.js";
import { Gateway } from "/console/gateway.js";
import { closeMenus } from "/console/menus.js";
import { drawMessages } from "/console/messages.js";
import { drawChannels, drawHead, drawMe, drawMembers } from "/console/sidebar.js";
import { State } from "/console/state.js";
import { refreshTimes } from "/console/time.js";

// Which person a tab acts as is the tab's own, so that two tabs may be two people.
const WHO = "act-as";
// Discord's client gives up a little later than the server does.
const ANSWER_WITHIN = 4000;

const COMMAND = 2;
const COMPONENT = 3;
const AUTOCOMPLETE = 4;
const FORM = 5;

// MANAGE_MESSAGES, and ADMINISTRATOR.
const MAY_DELETE = (1n << 13n) | (1n << 3n);

class Page {
  constructor(people) {
    this.people = people;
    this.nonce = 0;
    this.open = this.open.bind(this);
    this.composer = new Composer(this);
    const asked = new URLSearchParams(location.search).get("as") ?? sessionStorage.getItem(WHO);
    const person = people.find((found) => found.id === asked || found.name.toLowerCase() === asked?.toLowerCase());
    this.actAs((person ?? people[0]).id);
  }

  /** Become one of the people. */
  actAs(personId) {
    const person = this.people.find((found) => found.id === personId);
    sessionStorage.setItem(WHO, person.id);
    this.gateway?.end();
    this.api = new Api(person.token);
    this.state = new State(person);
    this.isConnected = false;
    this.version = 0;
    this.rows = new Map();
    this.notices = [];
    this.pending = new Map();
    this.failed = new Map();
    this.waiting = new Map();
    this.editing = null;
    this.commandIndex = null;
    this.gateway = new Gateway(person.token, (event, data) => this.heard(event, data), (isUp) => this.connected(isUp));
    this.drawAll();
  }

  // The gateway.

  connected(isUp) {
    const wasUp = this.isConnected;
    this.isConnected = isUp;
    const banner = document.getElementById("banner");
    banner.hidden = isUp;
    fill(banner, isUp ? "" : "Connection lost. Trying again…");
    if (this.state.guild) drawMe(this, this.people);
    if (isUp && !wasUp && this.current) this.reload();
  }

  heard(event, data) {
    this.answered(event, data);
    const part = this.state.take(event, data);
    if (part === "all" && event === "GUILD_CREATE") this.arrived();
    else if (part === "message") this.messageHeard(event, data);
    else if (part === "typing") this.drawTyping();
    else if (part) this.draw(part);
  }

  arrived() {
    const wanted = location.hash.slice(1) || this.current;
    const byName = (name) => [...this.state.channels.values()].find((channel) => channel.name === name);
    const target = this.state.channels.get(wanted) ?? byName(decodeURIComponent(wanted ?? "")) ?? byName("welcome");
    const first = target ?? [...this.state.channels.values()].find((channel) => channel.type === 0);
    this.version += 1;
    this.drawAll();
    if (first) this.open(first.id);
  }

  messageHeard(event, data) {
    if (data.channel_id === this.current) {
      if (document.hasFocus() || event !== "MESSAGE_CREATE") this.state.markRead(this.current);
      drawMessages(this);
      this.drawTyping();
    }
    if (event === "MESSAGE_CREATE") drawChannels(this);
  }

  draw(part) {
    if (!this.state.guild) return;
    if (part === "channels" || part === "members") {
      this.version += 1;
      this.commandIndex = null;
      drawChannels(this);
      drawHead(this);
      drawMembers(this);
      drawMe(this, this.people);
      const channel = this.state.channels.get(this.current);
      if (channel) this.composer.drawPlaceholder(channel);
      if (!channel) this.arrived();
      else if (part === "members") drawMessages(this);
    }
    if (part === "presences") drawMembers(this);
  }

  drawAll() {
    drawChannels(this);
    drawHead(this);
    drawMembers(this);
    drawMe(this, this.people);
    drawMessages(this);
    this.drawTyping();
  }

  drawTyping() {
    const now = Date.now();
    const typing = [...(this.state.typing.get(this.current) ?? [])].filter(([, until]) => until > now);
    const names = typing.map(([id]) => this.state.nameOf(id));
    const text = names.length > 2 ? "Several people are typing…" : `${names.join(" and ")} ${names.length > 1 ? "are" : "is"} typing…`;
    fill(document.getElementById("typing"), names.length > 0 && [el("span", { class: "dots" }, el("i"), el("i"), el("i")), text]);
  }

  // Channels.

  async open(channelId) {
    const channel = this.state.channels.get(channelId);
    if (!channel) return;
    this.current = channelId;
    this.rows = new Map();
    this.editing = null;
    this.stick = true;
    history.replaceState(null, "", `#${channel.type === 1 ? channelId : encodeURIComponent(channel.name)}`);
    document.body.classList.remove("show-channels", "toggle-members");
    this.composer.turnTo(channel);
    this.state.markRead(channelId);
    this.drawAll();
    if (matchMedia("(hover: hover)").matches) this.composer.focus();
    if (!this.state.history.has(channelId)) await this.reload();
  }

  /** Read the latest messages of the open channel, for the first time or after the line was broken. */
  async reload() {
    const { state, current } = this;
    await this.try(async () => {
      const page = await state.readHistory(current, () => this.api.history(current));
      if (page.length < 50) state.history.set(current, "whole");
      else state.history.set(current, state.history.get(current) ?? "more");
    });
    if (state !== this.state || current !== this.current) return;
    this.stick = true;
    drawMessages(this);
  }

  async older() {
    const { state, current } = this;
    if (state.history.get(current) !== "more" || this.isReading) return;
    this.isReading = true;
    const box = document.getElementById("messages");
    const oldest = state.shown(current).find((message) => !(message.flags & 64));
    await this.try(async () => {
      const page = await state.readHistory(current, () => this.api.history(current, oldest?.id));
      if (page.length < 50) state.history.set(current, "whole");
    });
    this.isReading = false;
    if (current !== this.current) return;
    const below = box.scrollHeight - box.scrollTop;
    drawMessages(this);
    box.scrollTop = box.scrollHeight - below;
  }

  // What the person does.

  /** Do something that Discord may refuse, and say so in the channel; return whether it was done. */
  async try(action) {
    try {
      await action();
      return true;
    } catch (error) {
      this.notice(error.message || String(error));
      return false;
    }
  }

  notice(text, channel = this.current) {
    this.notices.push({ text, channel });
    this.stick = true;
    drawMessages(this);
  }

  compose(text) {
    this.composer.set(text);
  }

  replyTo(message) {
    this.composer.replyTo(message);
  }

  edit(messageId) {
    this.editing = messageId;
    drawMessages(this);
    if (messageId === null) this.composer.focus();
  }

  editLast() {
    const mine = this.state.shown(this.current).filter((message) => message.author.id === this.state.me.id);
    if (mine.length > 0) this.edit(mine.at(-1).id);
  }

  mayDelete() {
    if (this.state.guild.owner_id === this.state.me.id) return true;
    const roles = this.state.myRoles().map((id) => this.state.roles.get(id));
    return roles.some((role) => role && (BigInt(role.permissions) & MAY_DELETE) !== 0n);
  }

  findChannel() {
    findChannel(this);
  }

  async commands() {
    // Bots may have come and gone; half a minute is old.
    if (!this.commandIndex || Date.now() - this.commandsAt > 30_000) {
      this.commandsAt = Date.now();
      this.commandIndex = this.api.commands(this.state.guild.id).catch(() => ({ applications: [], application_commands: [] }));
    }
    return this.commandIndex;
  }

  // Interactions.

  /** Send an interaction; the result is what became of it: an event's name and data. */
  async interact(type, applicationId, data, { files = [], message = null, channelId = this.current } = {}) {
    const nonce = `${Date.now()}-${++this.nonce}`;
    const channel = this.state.channels.get(channelId);
    const body = { type, application_id: applicationId, channel_id: channelId, session_id: this.gateway.sessionId, nonce, data };
    if (channel?.guild_id) body.guild_id = channel.guild_id;
    if (message) body.message_id = message.id;
    const outcome = new Promise((resolve) => {
      this.waiting.set(nonce, resolve);
      setTimeout(() => this.settle(nonce, { name: "INTERACTION_FAILURE" }), ANSWER_WITHIN);
    });
    try {
      await this.api.interact(body, files);
    } catch (error) {
      this.settle(nonce, { name: "REFUSED", reason: error.message });
    }
    return outcome;
  }

  settle(nonce, outcome) {
    this.waiting.get(nonce)?.(outcome);
    this.waiting.delete(nonce);
  }

  answered(event, data) {
    if (event === "INTERACTION_MODAL_CREATE") this.showForm(data);
    const ends = ["INTERACTION_SUCCESS", "INTERACTION_FAILURE", "APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE"];
    if (ends.includes(event)) this.settle(data.nonce, { name: event, data });
  }

  async run(entry, options, files) {
    const channel = this.current;
    this.stick = true;
    const outcome = await this.interact(COMMAND, entry.command.application_id, commandData(entry, options), { files });
    if (outcome.name === "REFUSED") this.notice(`/${entry.path}: ${outcome.reason}`, channel);
    if (outcome.name === "INTERACTION_FAILURE") this.notice(`/${entry.path}: The application did not respond.`, channel);
  }

  async autocomplete(entry, options) {
    const outcome = await this.interact(AUTOCOMPLETE, entry.command.application_id, commandData(entry, options));
    return outcome.data?.choices ?? [];
  }

  /** Press a button or choose in a menu of a message. */
  async use(message, data) {
    const key = `${message.id}/${data.custom_id}`;
    this.pending.set(key, { messageId: message.id, customId: data.custom_id });
    this.failed.delete(message.id);
    drawMessages(this);
    const outcome = await this.interact(COMPONENT, message.application_id, data, { message, channelId: message.channel_id });
    this.pending.delete(key);
    if (outcome.name === "REFUSED") this.failed.set(message.id, outcome.reason);
    if (outcome.name === "INTERACTION_FAILURE") this.failed.set(message.id, "This interaction failed");
    drawMessages(this);
  }

  showForm(form) {
    showForm(this, form, async (components) => {
      const data = { id: form.id, custom_id: form.custom_id, components };
      const outcome = await this.interact(FORM, form.application.id, data, { channelId: form.channel_id });
      if (outcome.name === "REFUSED") return outcome.reason;
      return outcome.name === "INTERACTION_FAILURE" ? "Something went wrong. Try again." : null;
    });
  }
}

function listen(page) {
  document.addEventListener("keydown", (event) => {
    const isWriting = event.target.closest?.("input, textarea, dialog, button, .command-line");
    // Whoever starts typing anywhere means the composer.
    if (event.key.length === 1 && !isWriting && !event.ctrlKey && !event.metaKey && !event.altKey) page.composer.focus();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      page.findChannel();
    }
    if (event.key === "Escape") {
      closeMenus();
      document.body.classList.remove("show-channels", "toggle-members");
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".select-box, .menu")) closeMenus();
  });
  document.getElementById("veil").addEventListener("click", () => document.body.classList.remove("show-channels", "toggle-members"));
  const box = document.getElementById("messages");
  const jump = document.getElementById("jump");
  box.addEventListener("scroll", () => {
    if (box.scrollTop < 200) page.older();
    jump.hidden = box.scrollHeight - box.scrollTop - box.clientHeight < 400;
  });
  jump.addEventListener("click", () => {
    box.scrollTop = box.scrollHeight;
  });
  window.addEventListener("focus", () => {
    page.state.markRead(page.current);
    drawChannels(page);
  });
  setInterval(() => {
    refreshTimes();
    page.drawTyping();
  }, 1000);
}

async function start() {
  const banner = document.getElementById("banner");
  try {
    listen(new Page((await fetchPeople()).people));
  } catch (error) {
    banner.hidden = false;
    fill(banner, `The console cannot start: ${error.message} `, el("button", { type: "button", onclick: () => location.reload() }, "Try again"));
  }
}

start();
