/** Lists to choose from: select menus of messages and forms. */

import { choiceRow } from "/console/components.js";
import { el, fill } from "/console/dom.js";
import { isText } from "/console/state.js";

const USERS = new Set([5, 7]);
const ROLES = new Set([6, 7]);
const CHANNELS = 8;

/** Return what a select menu offers: its options, or the guild's people, roles or channels. */
export function choicesOf(state, select) {
  if (select.type === 3) {
    return select.options.map((option) => ({ ...option, chosen: option.default === true }));
  }
  const found = [];
  if (USERS.has(select.type)) {
    for (const id of state.members.keys()) found.push({ value: id, label: state.nameOf(id), face: state.nameOf(id) });
  }
  if (ROLES.has(select.type)) {
    for (const role of state.roles.values()) {
      if (role.id !== state.guild.id) found.push({ value: role.id, label: `@${role.name}` });
    }
  }
  if (select.type === CHANNELS) {
    for (const channel of state.channels.values()) {
      if (isText(channel)) found.push({ value: channel.id, label: `#${state.titleOf(channel)}` });
    }
  }
  return found;
}

/** Open a list below an element; `done(values)` is called with what was chosen. */
export function pickMenu(opener, choices, { least, most, done }) {
  closeMenus();
  const chosen = new Set(choices.filter((choice) => choice.chosen).map((choice) => choice.value));
  const box = el("div", { class: "options", role: "listbox", "aria-multiselectable": most > 1 });
  const finish = () => {
    closeMenus();
    if (chosen.size >= least) done([...chosen]);
  };
  const toggle = (value) => {
    if (most === 1) chosen.clear();
    if (chosen.has(value)) chosen.delete(value);
    else if (chosen.size < most) chosen.add(value);
    if (most === 1) finish();
    else drawRows();
  };
  const drawRows = () =>
    fill(
      box,
      choices.map((choice) =>
        el(
          "button",
          {
            type: "button",
            role: "option",
            class: "choice",
            "aria-selected": chosen.has(choice.value),
            "data-value": choice.value,
            onclick: (event) => {
              event.stopPropagation();
              toggle(choice.value);
            },
          },
          choiceRow(choice),
          chosen.has(choice.value) && el("span", { class: "tick" }, "✓"),
        ),
      ),
      most > 1 && el("button", { type: "button", class: "button primary", onclick: finish }, "Done"),
    );
  drawRows();
  opener.parentElement.append(box);
  opener.setAttribute("aria-expanded", "true");
  box.addEventListener("keydown", (event) => moveFocus(event, box, opener));
  box.querySelector(".choice")?.focus();
  box.scrollIntoView({ block: "nearest" });
}

function moveFocus(event, box, opener) {
  const rows = [...box.querySelectorAll("button")];
  const here = rows.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    rows.at((here + step) % rows.length).focus();
  }
  if (event.key === "Escape") {
    event.stopPropagation();
    event.preventDefault();
    closeMenus();
    opener.focus();
  }
}

/** Close every open list. */
export function closeMenus() {
  for (const box of document.querySelectorAll(".options")) box.remove();
  for (const opener of document.querySelectorAll('.select[aria-expanded="true"]')) opener.setAttribute("aria-expanded", "false");
  const people = document.getElementById("people");
  if (people) people.hidden = true;
}
