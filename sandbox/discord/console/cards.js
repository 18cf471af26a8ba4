/** Embeds and attachments. */

import { cssColour, el } from "/console/dom.js";
import { markdown } from "/console/markdown.js";
import { messageTime } from "/console/time.js";

/** Return the embeds of a message. */
export function embeds(list, page) {
  return list.map((embed) => card(embed, page));
}

function card(embed, page) {
  const text = (value) => markdown(value, page.state, page.open);
  const box = el(
    "div",
    { class: "embed" },
    el(
      "div",
      { class: "embed-text" },
      embed.author && el("div", { class: "embed-author" }, embed.author.name),
      embed.title && el("div", { class: "embed-title" }, embed.url ? anchor(embed.url, embed.title) : text(embed.title)),
      embed.description && el("div", { class: "embed-description" }, text(embed.description)),
      fields(embed.fields ?? [], text),
      embed.image && picture(embed.image.url, "embed-image", embed.title ?? "picture"),
      foot(embed),
    ),
    embed.thumbnail && picture(embed.thumbnail.url, "embed-thumbnail", ""),
  );
  const colour = cssColour(embed.color);
  if (colour) box.style.setProperty("--bar", colour);
  return box;
}

/** Fields: up to three inline ones share a line. */
function fields(list, text) {
  if (list.length === 0) return null;
  const rows = [];
  for (const field of list) {
    const last = rows.at(-1);
    if (field.inline && last?.every((other) => other.inline) && last.length < 3) last.push(field);
    else rows.push([field]);
  }
  return el(
    "div",
    { class: "fields" },
    rows.flatMap((row) =>
      row.map((field) =>
        el(
          "div",
          { class: `field of-${row.length}` },
          el("div", { class: "field-name" }, text(field.name)),
          el("div", { class: "field-value" }, text(field.value)),
        ),
      ),
    ),
  );
}

function foot(embed) {
  const parts = [embed.footer?.text, embed.timestamp && messageTime(embed.timestamp)].filter(Boolean);
  return parts.length > 0 && el("div", { class: "embed-foot" }, parts.join(" • "));
}

const anchor = (url, text) => el("a", { href: safe(url), target: "_blank", rel: "noopener noreferrer" }, text);

/** Return an address only if it is one of the web: a `javascript:` one would run. */
export function safe(url) {
  return /^https?:\/\//i.test(url) ? url : null;
}

/** Return a picture; those from other sites are named, not loaded. */
export function picture(url, className, label) {
  if (!isOwn(url)) return el("div", { class: `${className} elsewhere` }, anchor(url, "picture from another site"));
  const image = el("img", { class: className, src: url, alt: label, loading: "lazy" });
  image.addEventListener("load", keepAtEnd);
  return image;
}

const isOwn = (url) => {
  try {
    return new URL(url, location.href).origin === location.origin;
  } catch {
    return false;
  }
};

/** A picture that arrives late must not push the newest message out of sight. */
function keepAtEnd(event) {
  const box = document.getElementById("messages");
  const grown = event.target.getBoundingClientRect().height;
  if (box.scrollHeight - box.scrollTop - box.clientHeight < grown + 80) box.scrollTop = box.scrollHeight;
}

/** Return the files of a message: pictures as pictures, others as links. */
export function attachments(list) {
  return list.map((file) =>
    file.content_type?.startsWith("image/")
      ? picture(file.url, "attachment-image", file.description ?? file.filename)
      : el(
          "div",
          { class: "attachment" },
          el("span", { class: "file-icon", "aria-hidden": "true" }, "📄"),
          el("div", {}, el("a", { href: file.url, download: file.filename }, file.filename), el("small", {}, size(file.size))),
        ),
  );
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
