/** Dialogs: the forms of bots, and the channel finder. */

import { channelIcon } from "/console/sidebar.js";
import { ICONS, avatar, el, fill, icon } from "/console/dom.js";
import { choicesOf, closeMenus, pickMenu } from "/console/menus.js";
import { markdown } from "/console/markdown.js";
import { isText } from "/console/state.js";

const PARAGRAPH = 2;
const ROW = 1;
const TEXT_INPUT = 4;
const TEXT = 10;
const LABEL = 18;

/** Show a form of a bot; `send(components)` sends it in and returns whether it was accepted. */
export function showForm(page, form, send) {
  const values = new Map();
  const problem = el("p", { class: "failed", role: "alert" });
  const submit = el("button", { type: "submit", class: "button primary" }, "Submit");
  const dialog = el("dialog", { class: "form", "aria-label": form.title });
  const body = el(
    "form",
    { method: "dialog" },
    el(
      "header",
      {},
      avatar(form.application.name ?? "App", { bot: true }),
      el("h2", {}, form.title),
      el("button", { type: "button", class: "tool", "aria-label": "Close", onclick: () => dialog.close() }, icon(ICONS.close)),
    ),
    el("p", { class: "warning" }, `This form will be sent to ${form.application.name ?? "the app"}. Do not share passwords.`),
    form.components.map((component) => formPart(page, component, values)),
    problem,
    el("footer", {}, el("button", { type: "button", class: "button secondary", onclick: () => dialog.close() }, "Cancel"), submit),
  );
  body.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    problem.textContent = "";
    const fault = await send(filled(values));
    submit.disabled = false;
    if (fault) problem.textContent = fault;
    else dialog.close();
  });
  open(dialog, body);
}

function filled(values) {
  return [...values.values()].map(({ type, custom_id: customId, value }) => ({
    type: ROW,
    components: [{ type, custom_id: customId, [Array.isArray(value) ? "values" : "value"]: value }],
  }));
}

function formPart(page, component, values) {
  if (component.type === ROW) return component.components.map((field) => formField(page, field, field.label, null, values));
  if (component.type === LABEL) return formField(page, component.component, component.label, component.description, values);
  if (component.type === TEXT) return el("div", { class: "text-display" }, markdown(component.content, page.state, page.open));
  return null;
}

function formField(page, field, label, description, values) {
  const isRequired = field.required !== false;
  const entry = { type: field.type, custom_id: field.custom_id, value: field.value ?? "" };
  values.set(field.custom_id, entry);
  const caption = el("span", { class: "label" }, label, isRequired && el("em", { title: "required" }, " *"));
  const note = description && el("small", {}, description);
  if (field.type !== TEXT_INPUT) return el("div", { class: "field-box" }, caption, note, formSelect(page, field, entry));
  const input = el(field.style === PARAGRAPH ? "textarea" : "input", {
    name: field.custom_id,
    placeholder: field.placeholder,
    required: isRequired,
    minlength: field.min_length,
    maxlength: field.max_length ?? 4000,
    rows: field.style === PARAGRAPH ? 4 : null,
    value: entry.value,
  });
  const count = el("small", { class: "count" });
  input.addEventListener("input", () => {
    entry.value = input.value;
    count.textContent = field.max_length ? `${input.value.length}/${field.max_length}` : "";
  });
  return el("label", { class: "field-box" }, caption, note, input, count);
}

function formSelect(page, field, entry) {
  entry.value = [];
  const opener = el("button", { type: "button", class: "select" }, el("span", { class: "placeholder" }, field.placeholder ?? "Make a selection"), icon(ICONS.down));
  opener.addEventListener("click", () => {
    const choices = choicesOf(page.state, field).map((choice) => ({ ...choice, chosen: entry.value.includes(choice.value) }));
    const done = (chosen) => {
      entry.value = chosen;
      const names = choices.filter((choice) => chosen.includes(choice.value)).map((choice) => choice.label);
      fill(opener, el("span", {}, names.join(", ")), icon(ICONS.down));
    };
    pickMenu(opener, choices, { least: field.min_values ?? 1, most: field.max_values ?? 1, done });
  });
  return el("div", { class: "select-box" }, opener);
}

/** Show the channel finder. */
export function findChannel(page) {
  if (document.querySelector("dialog.finder")) return;
  const input = el("input", { type: "text", placeholder: "Where would you like to go?", "aria-label": "Find a channel" });
  const list = el("div", { class: "found", role: "listbox" });
  const dialog = el("dialog", { class: "finder", "aria-label": "Find a channel" });
  let at = 0;
  let found = [];
  const go = (channel) => {
    dialog.close();
    page.open(channel.id);
  };
  const drawFound = () =>
    fill(
      list,
      found.map((channel, number) =>
        el(
          "button",
          { type: "button", role: "option", class: number === at ? "choice here" : "choice", "aria-selected": number === at, onclick: () => go(channel) },
          channelIcon(channel, page.state.guild.id),
          page.state.titleOf(channel),
          page.state.isUnread(channel) && el("span", { class: "pings" }, "new"),
        ),
      ),
      found.length === 0 && el("p", {}, "Nothing of that name."),
    );
  const search = () => {
    const words = input.value.replace(/^[#@]/, "").toLowerCase();
    const all = [...page.state.channels.values()].filter(isText);
    found = all.filter((channel) => page.state.titleOf(channel).toLowerCase().includes(words)).slice(0, 12);
    found.sort((a, b) => Number(page.state.isUnread(b)) - Number(page.state.isUnread(a)));
    at = 0;
    drawFound();
  };
  input.addEventListener("input", search);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length > 0) {
      event.preventDefault();
      at = (at + step + found.length) % found.length;
      drawFound();
    }
    if (event.key === "Enter" && found[at]) {
      event.preventDefault();
      go(found[at]);
    }
  });
  search();
  open(dialog, input, list);
  input.focus();
}

/** Show a dialog; it goes when it is closed, by Esc as well, or by a click beside it. */
function open(dialog, ...children) {
  fill(dialog, children);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("mousedown", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("click", (event) => !event.target.closest(".select-box") && closeMenus());
  document.body.append(dialog);
  dialog.showModal();
}
