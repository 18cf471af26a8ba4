// The game page: asks every second what is on the servers, and sends what a person does.
// All text comes from players, so it is only ever set as text.

const EVERY_MS = 1000;
const cards = new Map();
const notice = document.getElementById("notice");

function tell(text) {
  notice.textContent = text;
  notice.hidden = !text;
}

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

async function act(key, action, body = {}) {
  try {
    const answer = await fetch(`servers/${encodeURIComponent(key)}/${action}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const said = await answer.json();
    tell(answer.ok ? "" : said.error);
    return answer.ok;
  } catch {
    tell("The sandbox does not answer.");
    return false;
  }
}

function makeCard(server) {
  const card = document.getElementById("server").content.firstElementChild.cloneNode(true);
  const part = (name) => card.querySelector(name);
  part(".who").id = `who-${server.key}`;
  part(".speak label").htmlFor = `who-${server.key}`;
  part(".speak").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = part(".text").value;
    if (text.trim() && (await act(server.key, "say", { who: part(".who").value, text }))) part(".text").value = "";
    refresh();
  });
  for (const button of card.querySelectorAll("[data-action]")) {
    button.addEventListener("click", async () => {
      button.disabled = true;
      await act(server.key, button.dataset.action, button.dataset.action === "stall" ? { seconds: 15 } : {});
      button.disabled = false;
      refresh();
    });
  }
  // A list follows its end until the reader scrolls away from it.
  for (const list of card.querySelectorAll(".screen, .log")) {
    let before = 0;
    list.addEventListener("scroll", () => {
      const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
      // A list that grew is not at its end either; only one that went up was left.
      if (isAtEnd || list.scrollTop < before) list.dataset.isLeft = isAtEnd ? "" : "yes";
      before = list.scrollTop;
    });
  }
  part("details").addEventListener("toggle", () => follow(part(".log")));
  document.getElementById("servers").append(card);
  return { card, part, shown: {} };
}

function follow(list) {
  if (!list.dataset.isLeft) list.scrollTop = list.scrollHeight;
}

// Lists are rebuilt only when they changed.
function fill(view, name, items, make, empty) {
  const key = JSON.stringify(items);
  if (view.shown[name] === key) return;
  view.shown[name] = key;
  view.part(name).replaceChildren(...(items.length ? items.map(make) : [element("li", empty, "none")]));
}

function screenLine(line) {
  const item = element("li");
  item.dataset.shown = line.shown;
  if (line.text.startsWith("SERVER:")) item.dataset.from = "server";
  item.append(element("time", new Date(line.at).toLocaleTimeString()));
  item.append(document.createTextNode(line.to ? `→ ${line.to}: ${line.text}` : line.text));
  return item;
}

function fillSpeakers(view, server) {
  const online = new Set(server.players.map((player) => player.account));
  const key = JSON.stringify([server.survivors, [...online].sort()]);
  if (view.shown.who === key) return;
  view.shown.who = key;
  const select = view.part(".who");
  const before = select.value;
  const sorted = [...server.survivors].sort((a, b) => online.has(b.account) - online.has(a.account));
  select.replaceChildren(
    ...sorted.map((player) => {
      const option = element("option", online.has(player.account) ? player.name : `${player.name} (joins)`);
      option.value = player.account;
      return option;
    }),
  );
  if (sorted.some((player) => player.account === before)) select.value = before;
}

function show(server) {
  if (!cards.has(server.key)) cards.set(server.key, makeCard(server));
  const view = cards.get(server.key);
  view.part(".name").textContent = server.name;
  view.part(".state").textContent = server.state;
  view.part(".state").dataset.state = server.state;
  view.part(".facts").textContent =
    `${server.game.toUpperCase()} · ${server.map} · day ${server.day}, ${server.time} · save ${server.saves}`;
  fill(view, ".players", server.players, (player) => {
    const item = element("li", `${player.name} · ${player.level}`);
    item.title = `${player.platform}, ${player.tribe}`;
    return item;
  }, "nobody is on");
  fill(view, ".screen", server.screen, screenLine, "Nothing was said yet.");
  fill(view, ".log", server.log, (line) => element("li", line), "empty");
  follow(view.part(".screen"));
  follow(view.part(".log"));
  fillSpeakers(view, server);
  const isDown = server.state === "down";
  view.part(".start").hidden = !isDown;
  for (const name of ["save", "restart", "stall", "crash"]) view.part(`[data-action=${name}]`).hidden = isDown;
}

let isAsking = false;

async function refresh() {
  if (isAsking) return;
  isAsking = true;
  try {
    const answer = await fetch("servers");
    const { servers } = await answer.json();
    servers.forEach(show);
    if (notice.textContent.startsWith("The sandbox")) tell("");
  } catch {
    tell("The sandbox does not answer. Trying again…");
  } finally {
    isAsking = false;
  }
}

setInterval(() => document.hidden || refresh(), EVERY_MS);
refresh();
