/** What to try first, shown at the beginning of #welcome until it is put away. */

import { el } from "/console/dom.js";

const KEY = "hint-dismissed";

/** Return the panel, or nothing once it was dismissed. */
export function hint(page) {
  if (localStorage.getItem(KEY)) return null;
  const panel = el("div", { class: "hint" });
  const go = (name) => {
    const channel = [...page.state.channels.values()].find((found) => found.name === name);
    return el("button", { type: "button", class: "pill", onclick: () => channel && page.open(channel.id) }, `#${name}`);
  };
  const run = (text) => el("button", { type: "button", class: "pill", onclick: () => page.compose(text) }, text);
  const game = el("a", { href: "/game/", target: "_blank" }, "the game");
  const dismiss = () => {
    localStorage.setItem(KEY, "1");
    panel.remove();
  };
  panel.append(
    el("h3", {}, "Things to try"),
    el(
      "ul",
      {},
      el("li", {}, "Type in ", go("chat-island"), ": your line arrives in ", game, ". Speak there, and it arrives here."),
      el("li", {}, "Run ", run("/status"), " to see which servers are up and who is on."),
      el("li", {}, "Run ", run("/decay list"), " and ", run("/bases"), ": worlds decoded from save files."),
      el("li", {}, "Run ", run("/link"), ", say the code in ", game.cloneNode(true), ", then run ", run("/points balance"), "."),
      el("li", {}, "Press the button in ", go("tickets"), ", fill the form, and find your private thread."),
      el("li", {}, "Act as somebody else at the bottom left: a private thread stays private."),
    ),
    el("button", { type: "button", class: "button secondary", onclick: dismiss }, "Got it"),
  );
  return panel;
}
