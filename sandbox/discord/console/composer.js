/** The line at the bottom: words, files, mentions, and slash commands. */

import { CommandLine, matching, sendable } from "/console/command.js";
import { ICONS, el, fill, icon } from "/console/dom.js";
import { Popup } from "/console/popup.js";
import { isThread } from "/console/state.js";

// How often "is typing" is told; Discord shows it for ten seconds.
const TYPING_EVERY = 8000;
const LONGEST = 2000;

export class Composer {
  constructor(page) {
    this.page = page;
    this.form = document.getElementById("composer");
    this.files = [];
    this.drafts = new Map();
    this.channel = null;
    this.line = null;
    this.build();
  }

  build() {
    this.input = el("textarea", { rows: "1", "aria-label": "Message", "aria-controls": "popup", maxlength: LONGEST * 2 });
    this.picker = el("input", { type: "file", multiple: true, hidden: true });
    this.above = el("div", { class: "above" });
    this.slot = el("div", { class: "slot" });
    this.count = el("span", { class: "count" });
    fill(this.form);
    this.popup = new Popup(this.form);
    this.form.append(
      this.above,
      el(
        "div",
        { class: "line" },
        el("button", { type: "button", class: "tool", title: "Attach files", onclick: () => this.picker.click() }, icon(ICONS.plus, "Attach files")),
        this.picker,
        this.slot,
        this.count,
        el("button", { type: "submit", class: "send", "aria-label": "Send" }, "➤"),
      ),
    );
    this.slot.append(this.input);
    this.listen();
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.popup.close());
    this.input.addEventListener("focus", () => this.suggest());
    this.picker.addEventListener("change", () => this.attach([...this.picker.files]));
    this.input.addEventListener("paste", (event) => this.attach([...event.clipboardData.files]));
    const main = document.getElementById("main");
    main.addEventListener("dragover", (event) => event.preventDefault());
    main.addEventListener("drop", (event) => {
      event.preventDefault();
      this.attach([...event.dataTransfer.files]);
    });
  }

  /** Turn to another channel, keeping what was typed in the old one. */
  turnTo(channel) {
    if (this.channel) this.drafts.set(this.channel.id, this.input.value);
    this.leaveCommand();
    this.channel = channel;
    this.reply = null;
    this.files = [];
    this.input.value = this.drafts.get(channel?.id) ?? "";
    this.drawPlaceholder();
    this.grow();
    this.drawAbove();
  }

  /** Say where a line goes, or that none does; `channel` is the open one as it is now. */
  drawPlaceholder(channel = this.channel) {
    this.channel = channel;
    const title = channel ? this.page.state.titleOf(channel) : "";
    const isLocked = channel?.thread_metadata?.locked;
    this.input.placeholder = isLocked ? "This thread is locked" : placeholderOf(channel, title);
  }

  focus() {
    this.input.focus();
  }

  set(text) {
    this.leaveCommand();
    this.input.value = text;
    this.grow();
    this.focus();
    this.suggest();
  }

  replyTo(message) {
    this.reply = message;
    this.drawAbove();
    this.focus();
  }

  attach(files) {
    this.files.push(...files);
    this.picker.value = "";
    this.drawAbove();
  }

  drawAbove() {
    const { state } = this.page;
    const stop = (action) => el("button", { type: "button", class: "tool", "aria-label": "Remove", onclick: action }, icon(ICONS.close));
    fill(
      this.above,
      this.reply &&
        el("div", { class: "replying" }, "Replying to ", el("strong", {}, state.nameOf(this.reply.author.id)), stop(() => this.replyTo(null))),
      this.files.map((file) =>
        el("div", { class: "file" }, file.name, stop(() => {
          this.files = this.files.filter((other) => other !== file);
          this.drawAbove();
        })),
      ),
    );
  }

  typed() {
    this.grow();
    this.suggest();
    const now = Date.now();
    if (this.channel && this.input.value && !this.input.value.startsWith("/") && now - (this.toldTyping ?? 0) > TYPING_EVERY) {
      this.toldTyping = now;
      this.page.try(() => this.page.api.typing(this.channel.id));
    }
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 220)}px`;
    const left = LONGEST - this.input.value.length;
    this.count.textContent = left < 200 ? String(left) : "";
    this.count.classList.toggle("over", left < 0);
  }

  key(event) {
    if (this.popup.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape") {
      this.popup.close();
      if (this.reply) this.replyTo(null);
    } else if (event.key === "ArrowUp" && this.input.value === "") {
      this.page.editLast();
    }
  }

  // Suggestions: commands after "/", people, roles and channels after "@" and "#".

  async suggest() {
    const text = this.input.value;
    if (text.startsWith("/") && !text.includes("\n")) {
      await this.suggestCommands(text.slice(1));
      return;
    }
    const before = text.slice(0, this.input.selectionStart);
    const found = /(?:^|\s)([@#])([\w.-]*)$/.exec(before);
    if (!found) {
      this.popup.close();
      return;
    }
    const items = this.named(found[1]).filter((item) => item.name.toLowerCase().startsWith(found[2].toLowerCase()));
    const insert = (item) => {
      const start = before.length - found[2].length - 1;
      this.input.setRangeText(`${item.text} `, start, before.length, "end");
      this.popup.close();
      this.grow();
    };
    this.popup.show(null, items.slice(0, 10).map((item) => ({ ...item, pick: () => insert(item) })));
  }

  async suggestCommands(typed) {
    const isWanted = this.popup.ask();
    const index = await this.page.commands();
    if (!isWanted()) return;
    const found = matching(sendable(index), typed).slice(0, 40);
    const items = found.map((entry) => ({
      group: entry.app,
      label: `/${entry.path}`,
      description: entry.leaf.description,
      face: entry.app,
      pick: () => this.enterCommand(entry),
    }));
    this.popup.show(null, items, items.length === 0 ? "There is no such command" : null);
  }

  /** Return what "@" or "#" may name; `text` is put into the line, and becomes a mention when sent. */
  named(sign) {
    const { state } = this.page;
    if (sign === "#") {
      return [...state.channels.values()]
        .filter((channel) => channel.type !== 4 && channel.type !== 1)
        .map((channel) => ({ name: channel.name, label: `#${channel.name}`, text: `#${channel.name}`, mention: `<#${channel.id}>` }));
    }
    const people = [...state.members.keys()].map((id) => {
      const name = state.nameOf(id);
      return { name, label: name, face: name, text: `@${name}`, mention: `<@${id}>` };
    });
    const roles = [...state.roles.values()]
      .filter((role) => role.id !== state.guild.id)
      .map((role) => ({ name: role.name, label: `@${role.name}`, text: `@${role.name}`, mention: `<@&${role.id}>` }));
    return [...people, ...roles];
  }

  withMentions(text) {
    // Longer names first, so that "@Sam" does not eat the beginning of "@Samuel".
    const names = [...this.named("@"), ...this.named("#")].sort((a, b) => b.text.length - a.text.length);
    return names.reduce((result, item) => {
      const place = new RegExp(`(^|\\s)${escapePattern(item.text)}(?![\\w-])`, "g");
      return result.replace(place, (_, space) => space + item.mention);
    }, text);
  }

  // Commands.

  enterCommand(entry) {
    this.input.value = "";
    this.grow();
    this.popup.close();
    this.line = new CommandLine(entry, {
      page: this.page,
      popup: this.popup,
      send: (chosen, options, files) => this.sendCommand(chosen, options, files),
      cancel: () => this.set(`/${entry.path.split(" ")[0]}`),
    });
    this.line.element.tabIndex = 0;
    this.line.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        if (this.popup.isOpen) this.popup.close();
        else this.set("");
      }
      if (event.key === "Enter" && event.target === this.line?.element) {
        // Sending gives the focus back to the text, which must not take this Enter for a new line.
        event.preventDefault();
        this.line.submit();
      }
    });
    fill(this.slot, this.line.element);
  }

  leaveCommand() {
    if (!this.line) return;
    this.line = null;
    this.popup.close();
    fill(this.slot, this.input);
  }

  sendCommand(entry, options, files) {
    this.leaveCommand();
    this.focus();
    this.page.run(entry, options, files);
  }

  async submit() {
    if (this.line) {
      this.line.submit();
      return;
    }
    const text = this.input.value.trim();
    if ((!text && this.files.length === 0) || !this.channel) return;
    if (text.startsWith("/") && (await this.submitTypedCommand(text))) return;
    const body = { content: this.withMentions(text) };
    if (this.reply) body.message_reference = { message_id: this.reply.id };
    const [channel, files, reply] = [this.channel, this.files, this.reply];
    this.input.value = "";
    this.files = [];
    this.reply = null;
    this.popup.close();
    this.grow();
    this.drawAbove();
    this.toldTyping = 0;
    this.page.stick = true;
    const isSent = await this.page.try(() => this.page.api.say(channel.id, body, files));
    if (!isSent && this.input.value === "") {
      // What could not be sent is not lost.
      this.input.value = text;
      this.files = files;
      this.reply = reply;
      this.grow();
      this.drawAbove();
    }
  }

  /** A command that was typed in full and needs nothing more is sent; any other is opened. */
  async submitTypedCommand(text) {
    const path = text.slice(1).replace(/\s+/g, " ");
    const entry = sendable(await this.page.commands()).find((found) => found.path === path);
    if (!entry) return false;
    if ((entry.leaf.options ?? []).some((option) => option.required)) this.enterCommand(entry);
    else {
      this.input.value = "";
      this.popup.close();
      this.grow();
      this.page.run(entry, [], []);
    }
    return true;
  }
}

function placeholderOf(channel, title) {
  if (channel && isThread(channel)) return `Message "${title}"`;
  return `Message ${channel?.type === 1 ? "@" : "#"}${title}`;
}

const escapePattern = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
