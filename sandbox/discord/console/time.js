/** Times as people read them; relative ones stay right while the page is open. */

import { el } from "/console/dom.js";

const UNITS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** Return "in 3 hours" or "2 minutes ago". */
export function ago(seconds, now = Date.now() / 1000) {
  const away = seconds - now;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(away) >= length) ?? UNITS.at(-1);
  return relative.format(Math.round(away / size), unit);
}

const FORMATS = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};

/** Return the element of Discord's `<t:seconds:style>`. */
export function timestamp(seconds, style) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return el("span", { class: "time" }, "invalid date");
  const whole = date.toLocaleString(undefined, FORMATS.F);
  if (style !== "R") return el("time", { class: "time", title: whole }, date.toLocaleString(undefined, FORMATS[style]));
  return el("time", { class: "time", title: whole, "data-relative": seconds }, ago(seconds));
}

/** Keep every relative time on the page right. */
export function refreshTimes() {
  for (const element of document.querySelectorAll("[data-relative]")) {
    const text = ago(Number(element.dataset.relative));
    if (element.textContent !== text) element.textContent = text;
  }
}

const sameDay = (a, b) => a.toDateString() === b.toDateString();

/** Return when a message was sent, as Discord writes it. */
export function messageTime(iso) {
  const date = new Date(iso);
  const now = new Date();
  const time = date.toLocaleTimeString(undefined, { timeStyle: "short" });
  if (sameDay(date, now)) return `Today at ${time}`;
  if (sameDay(date, new Date(now - 86_400_000))) return `Yesterday at ${time}`;
  return date.toLocaleString(undefined, { dateStyle: "short", timeStyle: "short" });
}

export const clockTime = (iso) => new Date(iso).toLocaleTimeString(undefined, { timeStyle: "short" });
export const dayOf = (iso) => new Date(iso).toLocaleDateString(undefined, { dateStyle: "long" });
