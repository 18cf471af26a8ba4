/** The messages of a channel. */

import { attachments, embeds } from "/console/cards.js";
import { components } from "/console/components.js";
import { ICONS, avatar, cssColour, el, fill, icon } from "/console/dom.js";
import { hint } from "/console/hint.js";
import { markdown } from "/console/markdown.js";
import { channelIcon } from "/console/sidebar.js";
import { isThread } from "/console/state.js";
import { clockTime, dayOf, messageTime } from "/console/time.js";

// Discord puts messages of one author together when they are less than seven minutes apart.
const TOGETHER = 7 * 60_000;
const EPHEMERAL = 64;
const LOADING = 128;
const QUICK = ["👍", "🎉", "🦖"];
const PINNED = 6;
const THREAD_STARTED = 18;
const PRIVATE_THREAD = 12;

/** Draw the open channel anew, and stay at the bottom if one was there. */
export function drawMessages(page) {
  const box = document.getElementById("messages");
  const wasAtEnd = page.stick || box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  const channel = page.state.channels.get(page.current);
  if (!channel) {
    fill(box);
    return;
  }
  if (wasAtEnd) page.state.trim(channel.id);
  const shown = page.state.shown(channel.id);
  const rows = [];
  let before = null;
  for (const message of shown) {
    if (!before || dayOf(before.timestamp) !== dayOf(message.timestamp)) {
      rows.push(el("div", { class: "day" }, el("span", {}, dayOf(message.timestamp))));
      before = null;
    }
    rows.push(reuse(page, message, goesWith(before, message)));
    before = message;
  }
  const notices = page.notices.filter((notice) => notice.channel === channel.id).map((notice) => localNotice(page, notice));
  fill(box, el("div", { class: "filler" }), beginning(page, channel), rows, notices);
  if (wasAtEnd) box.scrollTop = box.scrollHeight;
  page.stick = false;
}

/** Return a message's row, the old one when nothing about it has changed: menus stay open, times stand. */
function reuse(page, message, isTogether) {
  const pending = [...page.pending.values()].filter((it) => it.messageId === message.id).map((it) => it.customId);
  const failed = page.failed.get(message.id) ?? "";
  const thread = page.state.channels.get(message.id);
  const names = [page.version, isTogether, pending, failed, message.id === page.editing, thread?.name, thread?.message_count];
  const mark = JSON.stringify([message, names]);
  const known = page.rows.get(message.id);
  if (known?.mark === mark) return known.row;
  const made = row(page, message, isTogether, { pending, failed });
  page.rows.set(message.id, { mark, row: made });
  return made;
}

function goesWith(before, message) {
  const used = message.interaction_metadata;
  if (!before || message.message_reference || (used?.name && !used.original_response_message_id)) return false;
  if (message.type === PINNED || before.type === PINNED || message.type === THREAD_STARTED) return false;
  if ((before.flags & EPHEMERAL) !== (message.flags & EPHEMERAL)) return false;
  const sameFace = before.author.id === message.author.id && before.author.username === message.author.username;
  return sameFace && new Date(message.timestamp) - new Date(before.timestamp) < TOGETHER;
}

function beginning(page, channel) {
  if (page.state.history.get(channel.id) !== "whole") return null;
  const title = page.state.titleOf(channel);
  const isPlace = !isThread(channel) && channel.type !== 1;
  return el(
    "div",
    { class: "beginning" },
    el("div", { class: "mark" }, channelIcon(channel, page.state.guild?.id)),
    el("h2", {}, isPlace ? `Welcome to #${title}!` : title),
    el("p", {}, beginningOf(page.state, channel, title)),
    channel.name === "welcome" && hint(page),
  );
}

function beginningOf(state, channel, title) {
  if (channel.type === 1) return `This is the beginning of your messages with ${title}.`;
  if (!isThread(channel)) return [`This is the beginning of #${title}.`, channel.topic ? ` ${channel.topic}` : ""];
  const kind = channel.type === PRIVATE_THREAD ? "A private thread" : "A thread";
  return [kind, " started by ", el("strong", {}, state.nameOf(channel.owner_id)), "."];
}

function row(page, message, isTogether, marks) {
  const { state } = page;
  if (message.type === PINNED || message.type === THREAD_STARTED) return systemRow(page, message);
  const classes = ["message", isTogether && "together", state.pingsMe(message) && "mentioned"];
  if (message.flags & EPHEMERAL) classes.push("ephemeral");
  return el(
    "article",
    { class: classes.filter(Boolean).join(" "), "data-message": message.id },
    origin(page, message),
    isTogether
      ? el("time", { class: "gutter" }, clockTime(message.timestamp))
      : el("div", { class: "face" }, avatar(nameOf(state, message), { bot: message.author.bot })),
    el(
      "div",
      { class: "body" },
      !isTogether && head(state, message),
      content(page, message),
      attachments(message.attachments),
      embeds(message.embeds, page),
      components(page, message, marks.pending),
      marks.failed && el("p", { class: "failed" }, marks.failed),
      reactions(page, message),
      threadLink(page, message),
      message.flags & EPHEMERAL ? onlyYou(page, message) : null,
    ),
    tools(page, message),
  );
}

const nameOf = (state, message) =>
  message.author.discriminator === "0000" ? message.author.username : state.nameOf(message.author.id);

function head(state, message) {
  const name = el("span", { class: "author" }, nameOf(state, message));
  const isWebhook = message.author.discriminator === "0000";
  const colour = isWebhook ? null : cssColour(state.colourOf(message.author.id));
  if (colour) name.style.setProperty("color", colour);
  return el(
    "header",
    {},
    name,
    message.author.bot && el("span", { class: "tag" }, "APP"),
    el("time", { datetime: message.timestamp, title: new Date(message.timestamp).toLocaleString() }, messageTime(message.timestamp)),
    !message.content && editedMark(message),
  );
}

/** Where a message comes from: the one it answers, or the command somebody used. */
function origin(page, message) {
  const { state } = page;
  const used = message.interaction_metadata;
  if (used?.name && !used.original_response_message_id) {
    return el(
      "div",
      { class: "origin" },
      avatar(state.nameOf(used.user.id)),
      el("span", { class: "who" }, state.nameOf(used.user.id)),
      " used ",
      el("span", { class: "pill" }, used.command_type === 1 ? `/${used.name}` : used.name),
    );
  }
  if (!message.message_reference) return null;
  const original = message.referenced_message;
  if (!original) return el("div", { class: "origin" }, el("em", {}, "Original message was deleted"));
  return el(
    "div",
    { class: "origin" },
    avatar(nameOf(state, original)),
    el("span", { class: "who" }, nameOf(state, original)),
    " ",
    el("span", { class: "quote" }, original.content || "Click to see attachment"),
  );
}

function content(page, message) {
  if (message.flags & LOADING) {
    const dots = el("span", { class: "dots" }, el("i"), el("i"), el("i"));
    return el("div", { class: "content thinking" }, dots, ` ${nameOf(page.state, message)} is thinking…`);
  }
  if (message.id === page.editing) return editor(page, message);
  const edited = editedMark(message);
  if (!message.content) return null;
  return el("div", { class: "content" }, markdown(message.content, page.state, page.open, { toAll: message.mention_everyone }), edited && " ", edited);
}

/** Words say at their end that they were changed; a card without words says it beside its time. */
const editedMark = (message) =>
  message.edited_timestamp && el("small", { class: "edited", title: messageTime(message.edited_timestamp) }, "(edited)");

function editor(page, message) {
  const box = el("textarea", { class: "editor", "aria-label": "Edit message", value: message.content });
  const stop = () => page.edit(null);
  box.addEventListener("keydown", async (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      stop();
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      await page.try(() => page.api.edit(message, box.value));
      stop();
    }
  });
  queueMicrotask(() => box.focus());
  return el("div", {}, box, el("small", { class: "edited" }, "Enter saves, Esc cancels"));
}

function reactions(page, message) {
  if (!message.reactions?.length) return null;
  return el(
    "div",
    { class: "reactions" },
    message.reactions.map((reaction) =>
      el(
        "button",
        {
          type: "button",
          class: reaction.me ? "reaction mine" : "reaction",
          "aria-pressed": Boolean(reaction.me),
          onclick: () => page.try(() => page.api.react(message, reaction.emoji, reaction.me)),
        },
        reaction.emoji.name,
        el("span", {}, reaction.count),
      ),
    ),
  );
}

function threadLink(page, message) {
  const thread = page.state.channels.get(message.id) ?? message.thread;
  if (!thread) return null;
  return el(
    "button",
    { type: "button", class: "thread-link", onclick: () => page.open(thread.id) },
    icon(ICONS.thread),
    el("strong", {}, thread.name),
    el("span", {}, `${thread.message_count} messages ›`),
  );
}

function onlyYou(page, message) {
  const dismiss = () => {
    page.state.listOf(message.channel_id).delete(message.id);
    drawMessages(page);
  };
  return el(
    "p",
    { class: "only-you" },
    icon(ICONS.eye),
    "Only you can see this • ",
    el("button", { type: "button", class: "link", onclick: dismiss }, "Dismiss message"),
  );
}

function tools(page, message) {
  if (message.flags & (EPHEMERAL | LOADING)) return null;
  const tool = (label, path, action) =>
    el("button", { type: "button", class: "tool", title: label, "aria-label": label, onclick: action }, icon(path));
  const isMine = message.author.id === page.state.me.id;
  return el(
    "div",
    { class: "tools" },
    QUICK.map((emoji) => {
      const mine = message.reactions?.some((reaction) => reaction.me && reaction.emoji.name === emoji);
      const react = () => page.try(() => page.api.react(message, { name: emoji, id: null }, mine));
      return el("button", { type: "button", class: "tool", title: `React with ${emoji}`, onclick: react }, emoji);
    }),
    tool("Reply", ICONS.reply, () => page.replyTo(message)),
    isMine && tool("Edit", ICONS.pencil, () => page.edit(message.id)),
    (isMine || page.mayDelete()) && tool("Delete", ICONS.bin, () => page.try(() => page.api.remove(message))),
  );
}

function systemRow(page, message) {
  const name = el("strong", {}, nameOf(page.state, message));
  const text =
    message.type === PINNED
      ? [name, " pinned a message to this channel."]
      : [name, " started a thread: ", el("strong", {}, message.content)];
  return el(
    "article",
    { class: "message system", "data-message": message.id },
    el("div", { class: "face" }, icon(message.type === PINNED ? ICONS.pin : ICONS.thread)),
    el("div", { class: "body" }, text, " ", el("time", {}, messageTime(message.timestamp))),
  );
}

/** Something the page itself has to say, seen by nobody else. */
function localNotice(page, notice) {
  const dismiss = () => {
    page.notices = page.notices.filter((other) => other !== notice);
    drawMessages(page);
  };
  return el(
    "article",
    { class: "message ephemeral notice", role: "alert" },
    el("div", { class: "face" }, avatar("!")),
    el(
      "div",
      { class: "body" },
      el("div", { class: "content failed" }, notice.text),
      el("p", { class: "only-you" }, icon(ICONS.eye), "Only you can see this • ", el("button", { type: "button", class: "link", onclick: dismiss }, "Dismiss message")),
    ),
  );
}
