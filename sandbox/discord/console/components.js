/** Buttons, menus and the newer building blocks of messages. */

import { picture, safe } from "/console/cards.js";
import { ICONS, avatar, cssColour, el, icon } from "/console/dom.js";
import { markdown } from "/console/markdown.js";
import { choicesOf, pickMenu } from "/console/menus.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary" };
const LINK = 5;

/** Return the components of a message; `pending` are the custom ids that wait for an answer. */
export function components(page, message, pending) {
  if (!message.components?.length) return null;
  return el(
    "div",
    { class: "components" },
    message.components.map((component) => draw(component, { page, message, pending })),
  );
}

const DRAW = {
  1: (it, context) => el("div", { class: "row" }, it.components.map((child) => draw(child, context))),
  2: button,
  3: menu,
  5: menu,
  6: menu,
  7: menu,
  8: menu,
  9: (it, context) =>
    el("div", { class: "section" }, el("div", {}, it.components.map((child) => draw(child, context))), draw(it.accessory, context)),
  10: (it, { page }) => el("div", { class: "text-display" }, markdown(it.content, page.state, page.open)),
  11: (it) => picture(it.media.url, "embed-thumbnail", it.description ?? ""),
  12: (it) => el("div", { class: "gallery" }, it.items.map((item) => picture(item.media.url, "embed-image", item.description ?? ""))),
  13: (it) => el("div", { class: "attachment" }, el("a", { href: safe(it.file.url) }, "file")),
  14: (it) => el("hr", { class: it.divider === false ? "blank" : null }),
  17: (it, context) => {
    const box = el("div", { class: "embed container" }, el("div", { class: "embed-text" }, it.components.map((child) => draw(child, context))));
    const colour = cssColour(it.accent_color);
    if (colour) box.style.setProperty("--bar", colour);
    return box;
  },
};

function draw(component, context) {
  return DRAW[component.type]?.(component, context) ?? null;
}

/** Return an emoji of a component; the server's own pictures are shown by name. */
export const emojiOf = (emoji) => emoji && el("span", { class: "emoji" }, emoji.id ? `:${emoji.name}:` : emoji.name);

function button(it, { page, message, pending }) {
  const inside = [emojiOf(it.emoji), it.label];
  if (it.style === LINK) {
    return el("a", { class: "button secondary", href: safe(it.url), target: "_blank", rel: "noopener noreferrer" }, inside, " ↗");
  }
  const isPending = pending.includes(it.custom_id);
  return el(
    "button",
    {
      type: "button",
      class: `button ${STYLES[it.style] ?? "secondary"}${isPending ? " pending" : ""}`,
      "data-custom-id": it.custom_id,
      disabled: it.disabled || isPending,
      onclick: () => page.use(message, { component_type: it.type, custom_id: it.custom_id }),
    },
    inside,
  );
}

function menu(it, { page, message, pending }) {
  const isPending = pending.includes(it.custom_id);
  const chosen = (it.options ?? []).filter((option) => option.default);
  const label = chosen.map((option) => option.label).join(", ") || it.placeholder || "Make a selection";
  const opener = el(
    "button",
    {
      type: "button",
      class: `select${isPending ? " pending" : ""}`,
      "aria-haspopup": "listbox",
      "data-custom-id": it.custom_id,
      disabled: it.disabled || isPending,
    },
    el("span", { class: chosen.length > 0 ? "" : "placeholder" }, label),
    icon(ICONS.down),
  );
  opener.addEventListener("click", () =>
    pickMenu(opener, choicesOf(page.state, it), {
      least: it.min_values ?? 1,
      most: it.max_values ?? 1,
      done: (values) => page.use(message, { component_type: it.type, custom_id: it.custom_id, values }),
    }),
  );
  return el("div", { class: "select-box" }, opener);
}

/** Return a row of a list: an emoji or face, a label and a description. */
export function choiceRow(choice) {
  return [
    choice.face ? avatar(choice.face) : emojiOf(choice.emoji),
    el("span", { class: "choice-text" }, choice.label, choice.description && el("small", {}, choice.description)),
  ];
}
