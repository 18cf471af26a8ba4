/** The list above the composer: moved through with the arrow keys while typing goes on. */

import { choiceRow } from "/console/components.js";
import { el, fill } from "/console/dom.js";

export class Popup {
  constructor(parent) {
    this.box = el("div", { class: "popup", role: "listbox", id: "popup", hidden: true });
    this.items = [];
    this.at = 0;
    this.turn = 0;
    parent.append(this.box);
  }

  /** Return a check for an answer that arrives later: false once the list was closed or asked again. */
  ask() {
    const turn = ++this.turn;
    return () => turn === this.turn;
  }

  get isOpen() {
    return !this.box.hidden;
  }

  /**
   * Show items `{label, description, emoji, face, group, pick}` under a title; the chosen one's `pick` is
   * called. Without items, `emptyText` is shown; with `null` for it the list closes.
   */
  show(title, items, emptyText = null) {
    this.title = title;
    this.emptyText = emptyText;
    this.items = items;
    this.at = 0;
    this.box.hidden = items.length === 0 && emptyText === null;
    this.draw();
  }

  close() {
    this.turn += 1;
    this.items = [];
    this.box.hidden = true;
    this.box.replaceChildren();
  }

  draw() {
    let group = null;
    const rows = this.items.map((item, number) => {
      const heading = item.group && item.group !== group ? el("h4", {}, item.group) : null;
      group = item.group ?? group;
      const choose = (event) => {
        event.preventDefault();
        item.pick();
      };
      const isHere = number === this.at;
      return [
        heading,
        el(
          "div",
          { class: isHere ? "choice here" : "choice", role: "option", "aria-selected": isHere, onmousedown: choose },
          choiceRow(item),
        ),
      ];
    });
    const empty = this.items.length === 0 && this.emptyText ? el("p", {}, this.emptyText) : null;
    fill(this.box, this.title && el("h3", {}, this.title), rows, empty);
    this.box.querySelector(".here")?.scrollIntoView({ block: "nearest" });
  }

  /** Take a key if it is for the list; return whether it was. */
  key(event) {
    if (!this.isOpen || this.items.length === 0) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.at = (this.at + step + this.items.length) % this.items.length;
    else if (event.key === "Tab" || event.key === "Enter") this.items[this.at].pick();
    else return false;
    event.preventDefault();
    if (step) this.draw();
    return true;
  }
}
