/** Discord's markdown, into elements. Text stays text; only what is recognised becomes an element. */

import { ICONS, el, icon } from "/console/dom.js";
import { isThread } from "/console/state.js";
import { timestamp } from "/console/time.js";

/**
 * Return the elements of a text; `state` gives names to mentions, `open(channelId)` follows one.
 * "@everyone" is marked only where it was meant for everyone: `toAll`.
 */
export function markdown(text, state, open, { toAll = false } = {}) {
  return blocks(String(text ?? ""), { state, open, toAll });
}

// Blocks: code, quotes, headings, lists; everything else is a line of inline text.

function blocks(text, context) {
  const nodes = [];
  const fence = /```(?:([a-zA-Z0-9_+-]*)\n)?([\s\S]*?)```/g;
  let from = 0;
  for (const found of text.matchAll(fence)) {
    nodes.push(...lines(text.slice(from, found.index), context));
    nodes.push(el("pre", {}, el("code", {}, found[2].replace(/\n$/, ""))));
    from = found.index + found[0].length;
    if (text[from] === "\n") from += 1;
  }
  nodes.push(...lines(text.slice(from), context));
  return nodes;
}

function lines(text, context) {
  if (text === "") return [];
  const nodes = [];
  let quote = null;
  let list = null;
  const rows = text.split("\n");
  rows.forEach((row, number) => {
    const quoted = /^> ?(.*)$/.exec(row);
    const item = /^\s*(?:[-*]|(\d{1,9})\.) (.+)$/.exec(row);
    const heading = /^(#{1,3}) (.+)$/.exec(row);
    const small = /^-# (.+)$/.exec(row);
    if (!quoted || row.startsWith(">>>")) quote = null;
    if (!item || list?.tagName !== (item[1] ? "OL" : "UL")) list = null;
    if (quoted && !row.startsWith(">>>")) {
      if (quote) quote.append(el("br"));
      else nodes.push((quote = el("blockquote")));
      quote.append(...inline(quoted[1], context));
    } else if (heading) {
      nodes.push(el(`h${heading[1].length + 2}`, { class: "md" }, inline(heading[2], context)));
    } else if (small) {
      nodes.push(el("small", { class: "md" }, inline(small[1], context)));
    } else if (item) {
      if (!list) nodes.push((list = item[1] ? el("ol", { class: "md", start: item[1] }) : el("ul", { class: "md" })));
      list.append(el("li", {}, inline(item[2], context)));
    } else {
      nodes.push(...inline(row, context));
      const next = rows[number + 1];
      if (next !== undefined && !isBlock(next)) nodes.push(el("br"));
    }
  });
  return nodes;
}

const isBlock = (row) => /^(> |#{1,3} |-# |\s*[-*] |\s*\d+\. )/.test(row);

// Inline: the first rule that fits at the earliest place wins.

const RULES = [
  [/\\([\\`*_~|<>@#\-[\]()])/, (found) => [found[1]]],
  [/`([^`\n]+)`/, (found) => [el("code", {}, found[1])]],
  [/\*\*([\s\S]+?)\*\*(?!\*)/, (found, context) => [el("strong", {}, inline(found[1], context))]],
  [/__([\s\S]+?)__(?!_)/, (found, context) => [el("u", {}, inline(found[1], context))]],
  [/~~([\s\S]+?)~~/, (found, context) => [el("s", {}, inline(found[1], context))]],
  [/\|\|([\s\S]+?)\|\|/, (found, context) => [spoiler(inline(found[1], context))]],
  [/\*(?!\s)([^*\n]+?)\*/, (found, context) => [el("em", {}, inline(found[1], context))]],
  [/\b_(?!\s)([^_\n]+?)_\b/, (found, context) => [el("em", {}, inline(found[1], context))]],
  [/<t:(-?\d{1,13})(?::([tTdDfFR]))?>/, (found) => [timestamp(Number(found[1]), found[2] ?? "f")]],
  [/<@!?(\d{1,20})>/, (found, { state }) => [pill(`@${state.nameOf(found[1])}`)]],
  [/<@&(\d{1,20})>/, (found, { state }) => [rolePill(found[1], state)]],
  [/<#(\d{1,20})>/, (found, context) => [channelPill(found[1], context)]],
  [/<\/([^:>]{1,100}):(\d{1,20})>/, (found) => [pill(`/${found[1]}`)]],
  [/<a?:(\w{1,32}):(\d{1,20})>/, (found) => [el("span", { class: "emoji", title: `:${found[1]}:` }, `:${found[1]}:`)]],
  [/\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/, (found, context) => [link(found[2], inline(found[1], context))]],
  [/https?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]]/, (found) => [link(found[0], found[0])]],
  [/@(everyone|here)\b/, (found, { toAll }) => [toAll ? pill(found[0]) : found[0]]],
];

function inline(text, context) {
  const nodes = [];
  let rest = text;
  while (rest) {
    let best = null;
    for (const [pattern, make] of RULES) {
      const found = pattern.exec(rest);
      if (found && (best === null || found.index < best.found.index)) best = { found, make };
    }
    if (best === null) break;
    if (best.found.index > 0) nodes.push(rest.slice(0, best.found.index));
    nodes.push(...best.make(best.found, context));
    rest = rest.slice(best.found.index + best.found[0].length);
  }
  if (rest) nodes.push(rest);
  return nodes;
}

function pill(text, colour) {
  const span = el("span", { class: "pill" }, text);
  if (colour) span.style.setProperty("--pill", colour);
  return span;
}

function rolePill(id, state) {
  const role = state.roles.get(id);
  return pill(`@${role?.name ?? "deleted-role"}`, role?.color ? `#${role.color.toString(16).padStart(6, "0")}` : null);
}

function channelPill(id, { state, open }) {
  const channel = state.channels.get(id);
  if (!channel) return pill("#no-access");
  const sign = isThread(channel) ? icon(ICONS.thread) : "#";
  return el("button", { class: "pill", type: "button", onclick: () => open(id) }, sign, channel.name);
}

function spoiler(children) {
  const reveal = (event) => event.currentTarget.classList.add("revealed");
  return el("span", { class: "spoiler", role: "button", tabindex: "0", onclick: reveal, onkeydown: reveal }, children);
}

function link(url, children) {
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, children);
}
