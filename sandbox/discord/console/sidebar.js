/** The list of channels, who one acts as, and the list of members. */

import { ICONS, avatar, cssColour, el, fill, icon, refill } from "/console/dom.js";
import { isText, isThread } from "/console/state.js";

const KINDS = { 2: ICONS.speaker, 10: ICONS.thread, 11: ICONS.thread, 12: ICONS.lock };

/** Return the icon of a channel; a private one has a lock. */
export function channelIcon(channel, guildId) {
  if (channel.type === 1) return icon(ICONS.members);
  // VIEW_CHANNEL is bit 10.
  const closed = (channel.permission_overwrites ?? []).some(
    (overwrite) => overwrite.id === guildId && (BigInt(overwrite.deny) & 1024n) !== 0n,
  );
  return icon(KINDS[channel.type] ?? (closed ? ICONS.lock : ICONS.hash));
}

/** Draw the channels. `page` has `state`, `current` and `open(channelId)`. */
export function drawChannels(page) {
  const { state } = page;
  fill(document.getElementById("guild-name"), el("span", {}, state.guild?.name ?? "…"));
  const tree = state.tree();
  const directs = state.directs();
  const shown = [
    tree.map(({ category, channels }) => [
      category?.name,
      channels.map(({ channel, threads }) => [look(page, channel), threads.map((thread) => look(page, thread))]),
    ]),
    directs.map((channel) => look(page, channel)),
  ];
  refill(document.getElementById("channels"), shown, () => [
    tree.map(({ category, channels }) => [
      category && el("h2", { class: "category" }, category.name),
      channels.map(({ channel, threads }) => [row(page, channel), threads.map((thread) => row(page, thread, true))]),
    ]),
    directs.length > 0 && el("h2", { class: "category" }, "Direct messages"),
    directs.map((channel) => row(page, channel)),
  ]);
}

/** Return all that a channel's row shows. */
function look(page, channel) {
  const { state } = page;
  const marks = [page.current === channel.id, state.isUnread(channel), state.mentions.get(channel.id) ?? 0];
  return [channel.id, channel.type, state.titleOf(channel), channel.permission_overwrites, ...marks];
}

function row(page, channel, isNested = false) {
  const { state } = page;
  const pings = state.mentions.get(channel.id) ?? 0;
  const isHere = page.current === channel.id;
  const classes = ["channel", isNested && "nested", isHere && "here", state.isUnread(channel) && !isHere && "unread"];
  return el(
    "button",
    {
      type: "button",
      class: classes.filter(Boolean).join(" "),
      "data-channel": channel.id,
      "aria-current": isHere ? "page" : null,
      disabled: !isText(channel),
      onclick: () => page.open(channel.id),
    },
    channelIcon(channel, state.guild?.id),
    el("span", { class: "name" }, state.titleOf(channel)),
    pings > 0 && !isHere && el("span", { class: "pings" }, pings),
  );
}

/** Draw who one acts as, and the switch to somebody else. */
export function drawMe(page, people) {
  const { state } = page;
  const name = state.nameOf(state.me.id);
  const shown = [state.me.id, name, page.isConnected, people.map((person) => [person.id, person.name, roleOf(page, person)])];
  refill(document.getElementById("me"), shown, () => meAndOthers(page, people, name));
}

function meAndOthers(page, people, name) {
  const { state } = page;
  const choose = (person) => () => page.actAs(person.id);
  const menu = el(
    "div",
    { class: "menu", id: "people", role: "menu", hidden: true },
    el("p", {}, "Act as"),
    people.map((person) =>
      el(
        "button",
        { type: "button", role: "menuitemradio", "aria-checked": person.id === state.me.id, onclick: choose(person) },
        avatar(person.name),
        el("span", {}, person.name, el("small", {}, roleOf(page, person))),
      ),
    ),
  );
  const toggle = el(
    "button",
    {
      type: "button",
      class: "me",
      "aria-haspopup": "menu",
      title: "Act as somebody else",
      onclick: (event) => {
        event.stopPropagation();
        menu.hidden = !menu.hidden;
      },
    },
    avatar(name, { status: page.isConnected ? "online" : "offline" }),
    el("span", {}, name, el("small", {}, page.isConnected ? "acting as" : "connecting…")),
    icon(ICONS.swap),
  );
  return [menu, toggle];
}

function roleOf(page, person) {
  if (person.is_owner) return "owner of the server";
  const held = page.state.members.get(person.id)?.roles ?? [];
  const roles = held.map((id) => page.state.roles.get(id)).filter(Boolean);
  return roles.sort((a, b) => b.position - a.position)[0]?.name.toLowerCase() ?? "member";
}

/** Draw the members: those who are on by their highest shown role, then those who are off. */
export function drawMembers(page) {
  const { state } = page;
  const hoisted = [...state.roles.values()].filter((role) => role.hoist).sort((a, b) => b.position - a.position);
  const groups = new Map([...hoisted.map((role) => [role.id, { name: role.name, members: [] }])]);
  groups.set("online", { name: "Online", members: [] });
  groups.set("offline", { name: "Offline", members: [] });
  for (const member of state.members.values()) {
    const isOn = state.statusOf(member.user.id) !== "offline";
    const role = hoisted.find((found) => member.roles.includes(found.id));
    groups.get(isOn ? (role?.id ?? "online") : "offline").members.push(member);
  }
  const byName = (a, b) => state.nameOf(a.user.id).localeCompare(state.nameOf(b.user.id));
  fill(
    document.getElementById("members"),
    [...groups.values()]
      .filter((group) => group.members.length > 0)
      .map((group) => [
        el("h2", { class: "category" }, `${group.name} — ${group.members.length}`),
        group.members.sort(byName).map((member) => memberRow(state, member)),
      ]),
  );
}

function memberRow(state, { user }) {
  const status = state.statusOf(user.id);
  const name = el("span", { class: "name" }, state.nameOf(user.id));
  const colour = cssColour(state.colourOf(user.id));
  if (colour) name.style.setProperty("color", colour);
  return el(
    "div",
    { class: `member ${status}` },
    avatar(state.nameOf(user.id), { bot: user.bot, status }),
    name,
    user.bot && el("span", { class: "tag" }, "APP"),
  );
}

/** Draw the head of the channel. */
export function drawHead(page) {
  const { state } = page;
  const channel = state.channels.get(page.current);
  const head = document.getElementById("channel-head");
  const drawer = (name) => () => document.body.classList.toggle(name);
  fill(
    head,
    el(
      "button",
      { type: "button", class: "tool narrow", "aria-label": "Channels", onclick: drawer("show-channels") },
      icon(ICONS.menu),
    ),
    channel && channelIcon(channel, state.guild?.id),
    el("h1", {}, channel ? state.titleOf(channel) : ""),
    channel?.topic && el("span", { class: "topic", title: channel.topic }, channel.topic),
    channel?.thread_metadata?.archived && el("span", { class: "topic" }, "archived"),
    el("span", { class: "space" }),
    el(
      "button",
      { type: "button", class: "tool", title: "Find a channel (Ctrl+K)", onclick: () => page.findChannel() },
      icon(ICONS.search, "Find a channel"),
    ),
    el(
      "button",
      { type: "button", class: "tool", title: "Members", onclick: drawer("toggle-members") },
      icon(ICONS.members, "Members"),
    ),
  );
  document.title = channel ? `${isThread(channel) || channel.type === 1 ? "" : "#"}${state.titleOf(channel)} | Helena sandbox` : "Helena sandbox";
}
