/** Slash commands: what may be typed after "/", and the line of options of the chosen one. */

import { el, fill } from "/console/dom.js";
import { isText } from "/console/state.js";

const SUBCOMMAND = 1;
const GROUP = 2;
const INTEGER = 4;
const BOOLEAN = 5;
const USER = 6;
const CHANNEL = 7;
const ROLE = 8;
const MENTIONABLE = 9;
const NUMBER = 10;
const ATTACHMENT = 11;

/** Return every command that can be sent, with its subcommands spelled out: `{path, leaf, command, app}`. */
export function sendable(index) {
  const apps = new Map(index.applications.map((app) => [app.id, app.name]));
  return index.application_commands
    .filter((command) => command.type === 1)
    .flatMap((command) => unfold(command, [command]).map((steps) => ({
      path: steps.map((step) => step.name).join(" "),
      leaf: steps.at(-1),
      steps,
      command,
      app: apps.get(command.application_id) ?? "",
    })))
    .sort((a, b) => a.app.localeCompare(b.app) || a.path.localeCompare(b.path));
}

function unfold(node, steps) {
  const inner = (node.options ?? []).filter((option) => option.type === SUBCOMMAND || option.type === GROUP);
  return inner.length === 0 ? [steps] : inner.flatMap((option) => unfold(option, [...steps, option]));
}

/** Return the commands that fit what was typed, best first. */
export function matching(commands, typed) {
  const words = typed.toLowerCase().trim();
  const starting = commands.filter((entry) => entry.path.startsWith(words));
  const holding = commands.filter((entry) => !entry.path.startsWith(words) && entry.path.includes(words));
  return [...starting, ...holding];
}

/** The line of a chosen command: its name, and a field for each option in use. */
export class CommandLine {
  constructor(entry, { page, popup, send, cancel }) {
    this.entry = entry;
    this.page = page;
    this.popup = popup;
    this.send = send;
    this.cancel = cancel;
    this.options = entry.leaf.options ?? [];
    this.values = new Map();
    this.used = this.options.filter((option) => option.required);
    this.fields = new Map();
    this.element = el("div", { class: "command-line" });
    this.draw();
  }

  draw(focus = null) {
    const unused = this.options.filter((option) => !this.used.includes(option));
    this.fields.clear();
    fill(
      this.element,
      el("span", { class: "command-name" }, `/${this.entry.path}`),
      this.used.map((option) => this.field(option)),
      unused.map((option) =>
        el(
          "button",
          { type: "button", class: "more-option", title: option.description, onclick: () => this.use(option) },
          `+${option.name}`,
        ),
      ),
      this.options.length === 0 && el("span", { class: "no-options" }, "Enter sends, Esc cancels"),
    );
    queueMicrotask(() => (this.fields.get(focus ?? this.used[0]?.name) ?? this.element).focus());
  }

  use(option) {
    this.used.push(option);
    this.draw(option.name);
  }

  field(option) {
    const known = this.values.get(option.name);
    const input = el("input", {
      type: option.type === ATTACHMENT ? "file" : "text",
      "aria-label": option.name,
      autocomplete: "off",
      size: Math.max(6, (known?.label ?? "").length + 1),
      value: option.type === ATTACHMENT ? null : (known?.label ?? ""),
      inputmode: option.type === INTEGER || option.type === NUMBER ? "decimal" : null,
    });
    input.addEventListener("input", () => this.typed(option, input));
    input.addEventListener("focus", () => this.offer(option, input.value));
    input.addEventListener("blur", () => this.popup.close());
    input.addEventListener("keydown", (event) => this.key(event, option, input));
    this.fields.set(option.name, input);
    return el(
      "label",
      { class: option.required ? "option required" : "option", "data-option": option.name, title: option.description },
      el("span", {}, option.name, option.required && el("em", { title: "required" }, "*")),
      input,
    );
  }

  typed(option, input) {
    input.size = Math.max(6, input.value.length + 1);
    input.parentElement.classList.remove("wrong");
    if (option.type === ATTACHMENT) this.values.set(option.name, { value: input.files[0] ?? null });
    else if (input.value) this.values.set(option.name, { label: input.value, value: undefined });
    else this.values.delete(option.name);
    this.offer(option, input.value);
  }

  key(event, option, input) {
    if (this.popup.key(event)) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Backspace" && input.value === "") {
      event.preventDefault();
      this.drop(option);
    }
  }

  drop(option) {
    this.values.delete(option.name);
    this.popup.close();
    if (option.required || this.used.length === 0) this.cancel();
    else {
      this.used = this.used.filter((other) => other !== option);
      this.draw(this.used.at(-1)?.name);
    }
  }

  /** Show what may be put into an option. */
  async offer(option, typed) {
    const title = `${option.name}: ${option.description}`;
    const words = typed.toLowerCase();
    const fits = (choice) => choice.label.toLowerCase().includes(words);
    if (option.autocomplete) {
      await this.offerLive(option, typed, title);
      return;
    }
    const fixed = this.fixedChoices(option);
    this.popup.show(title, fixed.filter(fits).slice(0, 25).map((choice) => this.item(option, choice)), "");
  }

  fixedChoices(option) {
    const { state } = this.page;
    if (option.choices) return option.choices.map((choice) => ({ label: choice.name, value: choice.value }));
    const people = () => [...state.members.keys()].map((id) => ({ label: state.nameOf(id), face: state.nameOf(id), value: id }));
    const roles = () => [...state.roles.values()].map((role) => ({ label: `@${role.name.replace(/^@/, "")}`, value: role.id }));
    switch (option.type) {
      case BOOLEAN:
        return [{ label: "True", value: true }, { label: "False", value: false }];
      case USER:
        return people();
      case ROLE:
        return roles();
      case MENTIONABLE:
        return [...people(), ...roles()];
      case CHANNEL:
        return [...state.channels.values()].filter(isText).map((channel) => ({ label: `#${state.titleOf(channel)}`, value: channel.id }));
      default:
        return [];
    }
  }

  async offerLive(option, typed, title) {
    const isWanted = this.popup.ask();
    this.popup.show(title, [], "Loading options…");
    const choices = await this.page.autocomplete(this.entry, this.sent(option, typed));
    if (!isWanted()) return;
    const items = choices.map((choice) => this.item(option, { label: choice.name, value: choice.value }));
    this.popup.show(title, items, "No options match your search");
  }

  item(option, choice) {
    return { ...choice, pick: () => this.choose(option, choice) };
  }

  choose(option, choice) {
    this.values.set(option.name, choice);
    const input = this.fields.get(option.name);
    input.value = choice.label;
    input.size = Math.max(6, choice.label.length + 1);
    input.parentElement.classList.remove("wrong");
    this.popup.close();
    const next = this.used.find((other) => other.required && !this.values.has(other.name));
    if (next) this.fields.get(next.name).focus();
  }

  /** Return the values as Discord's client sends them; `focused` is the option being typed into. */
  sent(focused = null, typed = "") {
    const options = [];
    for (const option of this.used) {
      const known = this.values.get(option.name);
      if (option === focused) options.push({ type: option.type, name: option.name, value: typed, focused: true });
      else if (known && option.type !== ATTACHMENT) {
        options.push({ type: option.type, name: option.name, value: convert(option, known) });
      }
    }
    return options;
  }

  submit() {
    const files = [];
    const wrong = this.used.filter((option) => !this.isRight(option));
    for (const option of this.used) {
      this.fields.get(option.name).parentElement.classList.toggle("wrong", wrong.includes(option));
    }
    if (wrong.length > 0) {
      this.fields.get(wrong[0].name).focus();
      return;
    }
    const options = this.sent();
    for (const option of this.used.filter((it) => it.type === ATTACHMENT && this.values.get(it.name)?.value)) {
      options.push({ type: option.type, name: option.name, value: files.length });
      files.push(this.values.get(option.name).value);
    }
    this.send(this.entry, options, files);
  }

  isRight(option) {
    const known = this.values.get(option.name);
    if (!known) return !option.required;
    const value = option.type === ATTACHMENT ? known.value : convert(option, known);
    if (value === null || value === undefined) return false;
    return !option.choices || option.choices.some((choice) => choice.value === value);
  }
}

/** Return what was typed as the option's kind of value; undefined when it is none. */
function convert(option, known) {
  if (known.value !== undefined) return known.value;
  const text = known.label.trim();
  const choice = option.choices?.find((found) => found.name.toLowerCase() === text.toLowerCase());
  if (choice) return choice.value;
  if (option.type === INTEGER) return /^-?\d+$/.test(text) ? Number(text) : undefined;
  if (option.type === NUMBER) return text !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
  if (option.type === BOOLEAN) return { true: true, yes: true, false: false, no: false }[text.toLowerCase()];
  const needsPick = [USER, CHANNEL, ROLE, MENTIONABLE].includes(option.type);
  return needsPick ? undefined : known.label;
}

/** Return the data of an interaction for a command and its values. */
export function commandData(entry, options) {
  const [command, ...inner] = entry.steps;
  const nested = inner.reduceRight((values, step) => [{ type: step.type, name: step.name, options: values }], options);
  return { id: command.id, name: command.name, type: command.type, version: command.version, options: nested };
}
