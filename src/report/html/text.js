// The page of a report. The documents stand in the file as JSON, one `script` each; they are shown as text and never as
// markup. Of a document that is far away there is only a frame of its likely size: its text is built when it comes near.
// These files are one script: `text.js`, `decisions.js`, `groups.js`, then `page.js`, which begins when all is there.
"use strict";

// ---- Small tools

const byId = (id) => document.getElementById(id);
const root = document.documentElement;
const number = (value) => (value ?? 0).toLocaleString("en");
const counted = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
/** Lets the browser paint and answer. */
const pause = () => new Promise((resume) => setTimeout(resume));

/** Makes an element: `make("p.note", { title: "…" }, "text", child)`. Strings become text. */
function make(what, attributes, ...children) {
  const [tag, ...classes] = what.split(".");
  const node = document.createElement(tag);
  if (tag === "button") node.type = "button";
  if (classes.length > 0) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes ?? {})) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function button(what, label, act) {
  const node = make(what, {}, label);
  node.addEventListener("click", act);
  return node;
}

// ---- Text

const run = JSON.parse(byId("run").textContent);
/** The characters that every report names. */
const UNSEEN = String.raw`[[\p{Cc}\p{Cf}\p{Co}\p{Z}\p{Default_Ignorable_Code_Point}]--[ ]]`;
const TOKENS = new RegExp(String.raw`\r\n|${UNSEEN}`, "gv");
/** Joiners and selectors of an emoji stay where they do their work. */
const TOKENS_AND_EMOJI = new RegExp(String.raw`\p{RGI_Emoji}|\r\n|${UNSEEN}`, "gv");
const EMOJI = /^\p{RGI_Emoji}$/v;
const JOINERS = /[\u200d\ufe0f\u{e0020}-\u{e007f}]/u;

const named = (c) => `⟨${run.names[c] ?? "U+" + c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
const visible = (text) => text.replace(TOKENS, (token) => [...token].map(named).join(""));

/** Adds `text` to `node` with what cannot be seen named. In text that stays, line ends and tabs do their work unnamed. */
function show(node, text, changes) {
  const tokens = !changes && JOINERS.test(text) ? TOKENS_AND_EMOJI : TOKENS;
  let from = 0;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (!changes && (token === "\n" || token === "\t" || EMOJI.test(token))) continue;
    node.append(text.slice(from, index));
    from = index + token.length;
    if (changes || token !== "\r\n") for (const c of token) node.append(make("span.name", { dir: "ltr" }, named(c)));
    if (token === "\n" || token === "\r\n" || token === "\r") node.append("\n");
  }
  node.append(text.slice(from));
  return node;
}

/** Whether `at` cuts no character of `text` in two. */
function isWhole(text, at) {
  if (at <= 0 || at >= text.length) return true;
  return !/^[\p{M}\u200d\ufe0f\udc00-\udfff]/u.test(text.slice(at)) && text[at - 1] !== "\u200d";
}

function wholeBefore(text, at) {
  while (!isWhole(text, at)) at--;
  return at;
}

const LONG_CHANGE = 1500;

/** A stretch that changes. Spaces alone are drawn; a long one is folded. */
function stretch(tag, text) {
  const node = make(tag, { dir: "auto" });
  if (/^ +$/.test(text)) return show(node, "␣".repeat(text.length), true);
  if (text.length < LONG_CHANGE) return show(node, text, true);
  const [head, tail] = [wholeBefore(text, 600), wholeBefore(text, text.length - 300)];
  show(node, text.slice(0, head), true);
  node.append(fold(text.slice(head, tail), true));
  return show(node, text.slice(tail), true);
}

const shownOfFold = (lines, characters) =>
  `⋯ ${lines > 0 ? counted(lines, "line") + ", " : ""}${counted(characters, "character")} ⋯`;

/** A button in place of `text`, which it shows. */
function fold(text, changes) {
  const label = shownOfFold(text.split("\n").length - 1, [...text].length);
  const node = button("button.fold", label, (event) => {
    event.stopPropagation();
    node.replaceWith(show(document.createDocumentFragment(), text, changes));
  });
  node.title = "Show it";
  return node;
}

const LONG_KEPT = 2000;
const KEPT_ENDS = 500;

/** Adds a stretch that stays; the middle of a long one is folded. */
function keep(node, text) {
  if (text.length < LONG_KEPT) return show(node, text, false);
  const lineBefore = text.lastIndexOf("\n", KEPT_ENDS) + 1 || text.lastIndexOf(" ", KEPT_ENDS) + 1 || KEPT_ENDS;
  const lineBehind = text.indexOf("\n", text.length - KEPT_ENDS) + 1 || text.length - KEPT_ENDS;
  const [head, tail] = [wholeBefore(text, lineBefore), wholeBefore(text, lineBehind)];
  show(node, text.slice(0, head), false);
  node.append(fold(text.slice(head, tail), false));
  return show(node, text.slice(tail), false);
}

/** Returns how many units two texts share at their start and, behind that, at their end. */
function commonEnds(before, after) {
  const most = Math.min(before.length, after.length);
  let front = 0;
  while (front < most && before[front] === after[front]) front++;
  while (!(isWhole(before, front) && isWhole(after, front))) front--;
  let back = 0;
  while (back < most - front && before.at(-1 - back) === after.at(-1 - back)) back++;
  while (!(isWhole(before, before.length - back) && isWhole(after, after.length - back))) back--;
  return [front, back];
}

const WORD = /[\p{L}\p{M}\p{N}]/u;

/** Returns the same for people: where letters change, they read whole words. */
function readableEnds(before, after) {
  let [front, back] = commonEnds(before, after);
  const middle = before.slice(front, before.length - back) + after.slice(front, after.length - back);
  if (!WORD.test(middle)) return [front, back];
  while (front > 0 && WORD.test(before[front - 1])) front--;
  while (back > 0 && WORD.test(before.at(-back))) back--;
  return [front, back];
}

/** Adds what `edit` has before and after; what both have at their ends stands once. */
function showChange(node, edit) {
  const { before, after, status } = edit;
  if (!isDecidable(edit)) {
    node.append(before === "" ? make("mark", {}, "◦") : stretch("mark", before));
    if (status === "lost" || status === "blocked") node.classList.add("seen");
    return node;
  }
  const [front, back] = readableEnds(before, after);
  show(node, before.slice(0, front), true);
  const [old, now] = [before.slice(front, before.length - back), after.slice(front, after.length - back)];
  if (old !== "") node.append(stretch("del", old));
  if (now !== "") node.append(stretch("ins", now));
  if (now === "") node.classList.add("gone");
  return show(node, before.slice(before.length - back), true);
}
