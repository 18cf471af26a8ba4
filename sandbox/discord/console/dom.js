/** Making elements. Text is always text: nothing here, or anywhere in the page, parses HTML from data. */

/**
 * Return a new element.
 * Properties that are functions become listeners ("onclick"); "class", "data-…", "aria-…" and the like
 * become attributes; `null`, `undefined` and `false` are left out.
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

/** Add children: nodes, strings, and lists of them; nothing for null and false. */
export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/** Put children in place of those there are. */
export function fill(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

const drawn = new WeakMap();

/**
 * Put children in place only when what they show has changed: an open menu, the focus and a click that
 * is half done outlive news of other things.
 */
export function refill(element, shown, children) {
  const mark = JSON.stringify(shown);
  if (drawn.get(element) === mark) return;
  drawn.set(element, mark);
  fill(element, children());
}

/** Return an icon: a path of 24 by 24. */
export function icon(path, label) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  if (label) svg.setAttribute("aria-label", label);
  else svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(space, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

export const ICONS = {
  hash: "M9.5 3 8 21M16 3l-1.500 18M4 8.500h17M3 15.500h17",
  lock: "M6 11h12v9H6zM8.500 11V7.500a3.500 3.500 0 0 1 7 0V11",
  speaker: "M4 9v6h4l5 4V5L8 9zM16 8.500a5 5 0 0 1 0 7",
  thread: "M5 4v9a4 4 0 0 0 4 4h10M15 13l4 4-4 4",
  members: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c0-4 3-6 6.500-6s6.500 2 6.500 6M16 11a3 3 0 0 0 0-6M17 14c2.500.500 4.500 2.500 4.500 6",
  menu: "M4 6h16M4 12h16M4 18h16",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6 6 18",
  reply: "M10 6 4 12l6 6M4 12h9c4 0 7 2 7 6",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.500 14.500c1.500 2.500 5.500 2.500 7 0M9 9.500v.5M15 9.500v.5",
  pencil: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  bin: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  search: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500 21 21",
  swap: "M4 8h14l-4-4M20 16H6l4 4",
  eye: "M2 12c3-5 6.500-7 10-7s7 2 10 7c-3 5-6.500 7-10 7s-7-2-10-7zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  down: "M6 9l6 6 6-6",
  pin: "M9 4h6l-1 7 4 3H6l4-3zM12 14v7",
};

/** Return a colour for a name, always the same. */
export function colourOf(name) {
  let sum = 7;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)) % 360;
  return `hsl(${sum} 45% 45%)`;
}

/** Return a round picture with initials; pictures from elsewhere are never loaded. */
export function avatar(name, { bot = false, status = null } = {}) {
  const initials = name
    .replace(/^Helena /, "")
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .map((word) => [...word][0])
    .slice(0, 2)
    .join("")
    .toUpperCase();
  const picture = el("span", { class: bot ? "avatar bot" : "avatar", "aria-hidden": "true" }, initials);
  picture.style.setProperty("--colour", colourOf(name));
  if (status) picture.append(el("span", { class: `presence ${status}`, title: status }));
  return picture;
}

/** Return a role's colour for CSS, or null for none. */
export function cssColour(number) {
  return number ? `#${number.toString(16).padStart(6, "0")}` : null;
}
