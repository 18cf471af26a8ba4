// The page: asks the API every ten seconds and shows the answer. Text is set as text, never as markup.

const EVERY_MS = 10_000;
const DAY_MS = 24 * 3600 * 1000;
const SVG = "http://www.w3.org/2000/svg";

let shown = null;

function element(tag, text = "", className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function ago(instant) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(instant)) / 1000));
  const format = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (seconds >= size) return format.format(-Math.floor(seconds / size), unit);
  }
  return format.format(-seconds, "second");
}

function curve(counts, end) {
  const most = Math.max(1, ...counts.map(([, players]) => players));
  const begin = Math.max(Date.parse(counts[0][0]), end - DAY_MS);
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 100 40");
  drawing.setAttribute("preserveAspectRatio", "none");
  drawing.setAttribute("role", "img");
  const points = counts.map(([at, players]) => {
    const x = ((Date.parse(at) - begin) / Math.max(1, end - begin)) * 100;
    return [Math.max(0, x).toFixed(2), (38 - (players / most) * 36).toFixed(2)];
  });
  // a step stays level until the next look
  const line = points.map(([x, y], index) => (index ? `H${x}V${y}` : `M${x} ${y}`)).join("") + "H100";
  for (const [className, path] of [["area", `${line}V40H0Z`], ["line", line]]) {
    const drawn = document.createElementNS(SVG, "path");
    drawn.setAttribute("class", className);
    drawn.setAttribute("d", path);
    drawing.append(drawn);
  }
  const label = `Players since ${ago(new Date(begin).toISOString())}, at most ${most}`;
  drawing.setAttribute("aria-label", label);
  return [drawing, element("p", label)];
}

function facts(server) {
  const list = element("dl");
  const add = (name, value) => value && list.append(element("dt", name), element("dd", value));
  if (server.players !== null) add("Players", `${server.players} · ${server.source} ${ago(server.observed_at)}`);
  if (server.saved_at) {
    add("World", `${server.tribes} tribes, ${server.bases} bases, ${server.structures} structures`);
    add("Save in use", ago(server.saved_at));
  } else {
    add("World", "no save decoded yet");
  }
  // a sign and a word, so that nobody needs the colour
  if (server.verdict) add("Newest save", `${server.verdict === "good" ? "●" : "▲"} ${server.verdict}, judged ${ago(server.judged_at)}`);
  return list;
}

const CHANGES = { born: "a base was built", merged: "a base became part of another", split: "a base came off another", ended: "a base is gone" };

function changes(server) {
  if (!server.changed_bases.length) return [];
  const list = element("ul", "", "changes");
  for (const { at, kind, structures } of server.changed_bases) {
    list.append(element("li", `${ago(at)}: ${CHANGES[kind]}, ${structures} structures`));
  }
  return [element("h4", "Bases, last 24 hours"), list];
}

function doubts(server) {
  const told = [];
  if (server.problem) told.push(server.problem);
  if (server.refused) {
    const shown = server.saved_at ? "Showing the last good save: newer ones are not used" : "No save can be used";
    told.push(`${shown}, the first came ${ago(server.refused_since)}. ${server.refused}`);
  } else if (server.unconfirmed) {
    told.push(`Nobody is warned by this save until the next one agrees. ${server.unconfirmed}`);
  }
  return told.map((text) => element("p", text, "banner"));
}

function card(server, end) {
  const article = element("article");
  const heading = element("h3", server.name);
  const state = server.is_up === null ? ["not seen yet", ""] : server.is_up ? ["● online", "up"] : ["▲ offline", "down"];
  const label = element("span", state[0], `state ${state[1]}`);
  if (server.since) label.title = `since ${new Date(server.since).toLocaleString()}`;
  heading.append(label);
  article.append(heading, element("p", `${server.map} · ${server.game.toUpperCase()}`, "map"));
  if (server.counts.length > 1) article.append(...curve(server.counts, end));
  article.append(facts(server), ...doubts(server), ...changes(server));
  return article;
}

function show(overview) {
  const end = Date.parse(overview.at);
  const sections = overview.communities.map((community) => {
    const section = element("section");
    const servers = element("div", "", "servers");
    servers.append(...community.servers.map((server) => card(server, end)));
    section.append(element("h2", community.name), servers);
    return section;
  });
  document.getElementById("communities").replaceChildren(...sections);
  if (!sections.length) document.getElementById("communities").append(element("p", "No community is served yet."));
}

function tellAge(problem = "") {
  const line = document.getElementById("age");
  line.textContent = problem || (shown ? `Updated ${ago(shown)}` : "Loading…");
  line.className = problem ? "late" : "";
}

async function refresh() {
  try {
    const response = await fetch("/api/v1/overview", { signal: AbortSignal.timeout(8000) });
    const body = await response.json();
    if (!response.ok) throw new Error(body.title);
    show(body);
    shown = body.at;
    tellAge();
  } catch (error) {
    tellAge(`${error.message} · showing ${shown ? `what was known ${ago(shown)}` : "nothing yet"}`);
  }
}

setInterval(refresh, EVERY_MS);
refresh();
