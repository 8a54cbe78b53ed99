
// ---- What there is: documents, their edits, and groups of edits that say the same

const documents = [];
const edits = [];
const groups = new Map();
function add(doc) {
  doc.number = documents.length;
  doc.name = visible(doc.doc) + (doc.record ? `:${doc.record}` : "") + (doc.field ? ` ${visible(doc.field)}` : "");
  doc.site ??= "none";
  doc.lang ??= "none";
  for (const edit of doc.edits) {
    edit.document = doc;
    edit.number = edits.length;
    edit.rules = edit.rule.split(" + ");
    edit.safety ??= "none";
    edit.on = true;
    const key = [edit.rule, edit.status, edit.before, edit.after].join("\0");
    edit.group = groups.get(key) ?? { number: groups.size, edits: [] };
    edit.group.edits.push(edit);
    groups.set(key, edit.group);
    edits.push(edit);
  }
  documents.push(doc);
  doc.on = fits(doc);
  doc.edits.forEach((edit) => (edit.on = matches(edit)));
  shelve(doc);
}

// ---- Documents

const SHELF_DOCUMENTS = 40;
const SHELF_EDITS = 400;
/** Documents that stand together: what is far away costs the browser as little as if it were not there. */
const shelves = [];

function shelve(doc) {
  let shelf = shelves.at(-1);
  if (!shelf || shelf.documents.length >= SHELF_DOCUMENTS || shelf.edits >= SHELF_EDITS) {
    shelf = { documents: [], edits: 0, node: make("div.shelf", {}) };
    shelf.node.shelf = shelf;
    shelves.push(shelf);
    byId("documents").append(shelf.node);
    near.observe(shelf.node);
  }
  shelf.documents.push(doc);
  shelf.edits += doc.edits.length;
  doc.shelf = shelf;
  const lengths = doc.text.map((piece) => (typeof piece === "string" ? Math.min(piece.length, LONG_KEPT) : 10));
  doc.height = 90 + heightOf(lengths.reduce((sum, length) => sum + length, 0));
  if (shelf.isBuilt) shelf.node.append(frame(doc));
}

/** Guesses how high so many characters stand, in pixels. */
const heightOf = (length) => Math.ceil(length / 75 + 1) * 27;

/** Brings what is shown of a shelf up to date. */
function arrange(shelf) {
  const heights = shelf.documents.map((doc) => (doc.on ? doc.height : 0));
  shelf.node.hidden = !shelf.documents.some((doc) => doc.on);
  shelf.node.style.containIntrinsicBlockSize = `auto ${heights.reduce((sum, height) => sum + height, 0)}px`;
  for (const { node, on } of shelf.documents) if (node) node.hidden = !on;
}

/** Builds the frames of the documents on a shelf. */
function frames(shelf) {
  if (shelf.isBuilt) return;
  shelf.isBuilt = true;
  near.unobserve(shelf.node);
  shelf.node.append(...shelf.documents.map(frame));
}

const BLOCK_EDITS = 60;
const BLOCK_LENGTH = 6000;

/** Cuts the text of a document at line ends into blocks that are quickly built. */
function blocksOf(doc) {
  const blocks = [];
  let block = { doc, pieces: [], edits: 0, length: 0 };
  const close = () => {
    if (block.pieces.length > 0) blocks.push(block);
    block = { doc, pieces: [], edits: 0, length: 0 };
  };
  const put = (piece, length) => {
    block.pieces.push(piece);
    block.length += length;
  };
  for (const piece of doc.text) {
    if (typeof piece === "string") {
      const isFull = block.edits >= BLOCK_EDITS || block.length >= BLOCK_LENGTH;
      const end = isFull ? piece.indexOf("\n") + 1 : 0;
      if (end > 0) {
        put(piece.slice(0, end), end);
        close();
      }
      if (end < piece.length) put(piece.slice(end), Math.min(piece.length - end, LONG_KEPT));
    } else {
      // A text without line ends is cut somewhere.
      if (block.edits >= 5 * BLOCK_EDITS) close();
      const edit = doc.edits[Array.isArray(piece) ? piece[0] : piece];
      if (edit) {
        edit.block = blocks.length;
        block.edits++;
      }
      put(piece, edit ? Math.min(edit.before.length + edit.after.length, LONG_CHANGE) : 80);
    }
  }
  close();
  return blocks;
}

/** Builds shelves and blocks when they come near the window. */
const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) target.shelf ? frames(target.shelf) : build(target.block);
    }
  },
  { rootMargin: "1200px 0px" },
);

/** Makes the frame of a document: all but its text. */
function frame(doc) {
  const facts = [doc.lang === "none" ? [] : doc.lang, doc.site === "none" ? [] : `site ${visible(doc.site)}`];
  const title = make("h2", {}, make("bdi", {}, doc.name));
  const header = make("header", { tabindex: "-1" }, title, make("p", {}, [...facts.flat(), told(doc)].join(" · ")));
  doc.node = make("section.document", {}, header);
  if (doc.held) doc.node.append(make("p.held-because", {}, `Held, left as it was: ${visible(doc.held)}`));
  const text = make("div.text", doc.lang === "none" ? {} : { lang: doc.lang });
  doc.blocks = blocksOf(doc);
  for (const block of doc.blocks) {
    block.node = make(doc.blocks.length > 1 ? "div.lazy" : "div", { dir: "auto" });
    block.node.block = block;
    block.node.style.containIntrinsicBlockSize = `auto ${heightOf(block.length)}px`;
    text.append(block.node);
    near.observe(block.node);
  }
  doc.node.append(text);
  doc.node.style.containIntrinsicBlockSize = `auto ${doc.height}px`;
  doc.node.hidden = !doc.on;
  return doc.node;
}

/** Says what became of the edits of a document. */
function told(doc) {
  const counts = new Map();
  for (const { status } of doc.edits) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${number(count)} ${status}`).join(", ");
}

function build(block) {
  if (block.isBuilt) return;
  block.isBuilt = true;
  near.unobserve(block.node);
  const { node, doc } = block;
  for (const piece of block.pieces) {
    if (typeof piece === "string") keep(node, piece);
    else if (typeof piece === "number") node.append(editNode(doc.edits[piece]));
    else if (Array.isArray(piece)) node.append(editNode(doc.edits[piece[0]], true));
    else node.append(make("span.fold", {}, shownOfFold(piece.lines, piece.characters)));
  }
  block.pieces = null;
}

/** Makes an edit as it stands in its text; only a mark of it if other pieces show its text. */
function editNode(edit, beside) {
  const label = `${edit.rules.join(", ")}, ${edit.status}: ${visible(edit.before.slice(0, 200)) || "nothing"}`;
  const becomes = isDecidable(edit) ? ` becomes ${visible(edit.after.slice(0, 200)) || "nothing"}` : "";
  edit.node = make("span", { role: "button", tabindex: "0", "aria-label": visible(label) + becomes, title: edit.rule });
  edit.node.edit = edit;
  if (beside) edit.node.append(make("mark", {}, "◦"));
  else showChange(edit.node, edit);
  edit.classes = `edit ${edit.status} ${edit.node.className}`;
  dress(edit);
  return edit.node;
}

/** Brings the looks of an edit up to date. */
function dress(edit) {
  if (!edit.node) return;
  const classes = [edit.classes, verdicts.get(edit.fingerprint), edit.on ? "" : "out"];
  if (isApplied(edit)) classes.push("applied");
  if (edit === selected) classes.push("selected");
  edit.node.className = classes.filter(Boolean).join(" ");
}

// ---- Filters

const filters = byId("filters");
const wanted = { text: "", rule: "", site: "", lang: "", safety: "", status: "" };
let shown = [];

/** Whether a document passes what is asked of documents. */
const fits = (doc) => (!wanted.site || doc.site === wanted.site) && (!wanted.lang || doc.lang === wanted.lang);

function matches(edit) {
  const { rule, safety, status, text } = wanted;
  if (!fits(edit.document) || (rule && !edit.rules.includes(rule))) return false;
  if ((safety && edit.safety !== safety) || (status && edit.status !== status)) return false;
  if (!text) return true;
  const { before, after, left, right, reason = "" } = edit;
  const places = [before, after, left + before + right, reason, edit.rule, edit.document.name];
  return places.some((place) => place.toLowerCase().includes(text));
}

/** Reads the filters and shows what passes them. */
function filter() {
  for (const key of Object.keys(wanted)) wanted[key] = filters.elements[key].value;
  wanted.text = wanted.text.toLowerCase();
  const isFiltered = Object.values(wanted).some(Boolean);
  shown = [];
  for (const doc of documents) {
    let on = doc.edits.length === 0 && fits(doc) && !(wanted.rule || wanted.safety || wanted.status || wanted.text);
    for (const edit of doc.edits) {
      const was = edit.on;
      edit.on = matches(edit);
      if (edit.on !== was) dress(edit);
      if (edit.on) shown.push(edit);
      on ||= edit.on;
    }
    doc.on = on;
  }
  shelves.forEach(arrange);
  const count = documents.filter((doc) => doc.on).length;
  const [of, ofDocuments] = isFiltered ? [` of ${number(edits.length)}`, ` of ${number(documents.length)}`] : ["", ""];
  byId("count").value =
    `${number(shown.length)}${of} edits and findings in ${number(count)}${ofDocuments} documents`;
  byId("nothing").hidden = count > 0;
  byId("nothing").textContent = isFiltered ? "No edit matches the filters." : "Nothing would change, and nothing was found.";
  for (const pressed of document.querySelectorAll(".facet button")) {
    pressed.setAttribute("aria-pressed", filters.elements[pressed.dataset.by].value === pressed.dataset.value);
  }
  if (selected && !selected.on) select(null);
  if (root.dataset.mode === "groups") showGroups();
}

let later;
filters.addEventListener("input", (event) => {
  clearTimeout(later);
  later = setTimeout(filter, event.target.name === "text" ? 150 : 0);
});
filters.addEventListener("reset", () => setTimeout(filter));
filters.addEventListener("submit", (event) => event.preventDefault());

const MOST_FACETS = 200;

/** Adds counts, the greatest first, as buttons that filter; rows are `[value, count, what else]`. */
function facet(by, rows) {
  rows.sort((a, b) => b[1] - a[1] || b[2] - a[2] || (a[0] < b[0] ? -1 : 1));
  const most = Math.max(1, rows[0]?.[1] ?? 1);
  const choice = filters.elements[by];
  const list = make("div", {});
  rows.forEach(([value, count, others], index) => {
    choice.append(make("option", { value }, visible(value)));
    if (index >= MOST_FACETS) return;
    const row = button("button", make("span", {}, make("bdi", {}, visible(value))), () => {
      choice.value = choice.value === value ? "" : value;
      filter();
    });
    if (others > 0) row.append(make("small", { title: "not applied" }, `+${number(others)}`));
    row.append(make("span", {}, number(count)));
    Object.assign(row.dataset, { by, value });
    row.setAttribute("aria-pressed", "false");
    row.style.setProperty("--share", `${(count / most) * 100}%`);
    list.append(row);
  });
  if (rows.length > MOST_FACETS) list.append(make("p.hint", {}, `and ${number(rows.length - MOST_FACETS)} more in the list above`));
  byId(`by-${by}`)?.append(list);
}

/** Counts what the run does not count. */
function countEdits(by, values) {
  const counts = new Map(values.map((value) => [value, [value, 0, 0]]));
  for (const edit of edits) {
    const value = edit[by];
    if (!counts.has(value)) counts.set(value, [value, 0, 0]);
    counts.get(value)[by === "status" || edit.status === "kept" ? 1 : 2]++;
  }
  facet(by, [...counts.values()]);
}

function overview() {
  const { rules, sites, languages, ...totals } = run.counts;
  for (const [name, count] of Object.entries(totals)) {
    byId("totals").append(make("div", {}, make("dt", {}, name), make("dd", {}, number(count))));
  }
  const NOT = ["proposed", "flag", "field", "blocked", "lost", "held"];
  facet("rule", Object.entries(rules).map(([rule, c]) => [rule, c.kept ?? 0, NOT.reduce((sum, s) => sum + (c[s] ?? 0), 0)]));
  facet("site", Object.entries(sites).map(([site, { edits }]) => [site, edits, 0]));
  facet("lang", Object.entries(languages).map(([lang, { edits }]) => [lang, edits, 0]));
  byId("made-by").append(`unscrape ${run.version}, rules ${run.rules.slice(0, 12)}`);
}

// ---- The edit that is selected

let selected = null;

/** Selects an edit, or none, and shows what is known of it; `move` brings it into the window. */
function select(edit, move) {
  const before = selected;
  selected = edit;
  if (before && before !== edit) dress(before);
  const dock = byId("dock");
  dock.hidden = !edit || root.dataset.mode === "groups";
  document.body.classList.toggle("docked", !dock.hidden);
  for (const { node } of ordered) node?.classList.toggle("selected", node.edit === edit);
  if (!edit) return;
  if (root.dataset.mode === "groups") return focusOn(ordered.find(({ node }) => node?.edit === edit)?.node);
  frames(edit.document.shelf);
  build(edit.document.blocks[edit.block]);
  dress(edit);
  fillDock(dock, edit);
  if (move) focusOn(edit.node);
}

function fillDock(dock, edit) {
  const same = edit.group.edits.filter((other) => other.on);
  const head = facts(edit, " identical", same.length);
  head.prepend(make("span", {}, make("bdi", {}, placeOf(edit))));
  const row = make("div.row", {});
  if (isDecidable(edit)) row.append(decide([edit]), same.length > 1 ? decide(same, "all") : "");
  else row.append(make("span.hint", {}, "There is nothing to apply or to take back."));
  row.append(button("button", "Previous", () => step(-1)), button("button", "Next", () => step(1)));
  row.append(button("button", "Close", () => select(null)));
  dock.replaceChildren(make("div", {}, head, change(edit), ...whys(edit), row));
}

function focusOn(node) {
  if (!node) return;
  node.focus({ preventScroll: true });
  const { top, bottom } = node.getBoundingClientRect();
  const low = innerHeight - (byId("dock").hidden ? 40 : byId("dock").offsetHeight + 40);
  if (top < 80 || bottom > low) {
    node.scrollIntoView({ block: bottom - top > low / 2 ? "start" : "center" });
    // What stood above may have had another size than its frame.
    requestAnimationFrame(() => node.scrollIntoView({ block: bottom - top > low / 2 ? "start" : "center" }));
  }
}

/** Goes to the next edit, or back. */
function step(by) {
  if (root.dataset.mode === "groups") {
    const at = ordered.findIndex(({ node }) => node && node.edit === selected);
    if (at + by >= cards) moreGroups();
    const next = ordered[Math.max(0, Math.min(at + by, ordered.length - 1))];
    return next && select(next.node.edit, true);
  }
  const at = selected ? shown.indexOf(selected) : by > 0 ? firstInWindow() - 1 : firstInWindow();
  const next = shown[Math.max(0, Math.min(at + by, shown.length - 1))];
  if (next) select(next, true);
}

/** Returns the first document that is not above the window. */
function topDocument() {
  const isBelow = ({ node }) => !node || node.getBoundingClientRect().bottom > 80;
  const shelf = shelves.find((shelf) => !shelf.node.hidden && isBelow(shelf));
  return shelf?.documents.find((doc) => doc.on && isBelow(doc)) ?? documents[0];
}

/** Returns the index of its first edit. */
function firstInWindow() {
  const top = topDocument()?.number;
  return Math.max(0, shown.findIndex((edit) => edit.document.number >= top));
}

/** Goes to the first edit of the next document, or of the one before. */
function stepDocument(by) {
  if (root.dataset.mode === "groups") return step(by);
  const visibles = documents.filter((doc) => doc.on);
  const now = visibles.indexOf(selected?.document ?? topDocument()) - (selected || by < 0 ? 0 : 1);
  const doc = visibles[Math.max(0, Math.min(now + by, visibles.length - 1))];
  if (!doc) return;
  const first = doc.edits.find((edit) => edit.on);
  frames(doc.shelf);
  select(first ?? null);
  doc.node.scrollIntoView({ block: "start" });
  requestAnimationFrame(() => doc.node.scrollIntoView({ block: "start" }));
  (first?.node ?? doc.node.firstChild).focus({ preventScroll: true });
}

byId("documents").addEventListener("click", ({ target }) => {
  const edit = target.closest(".edit")?.edit;
  if (edit?.on) select(edit);
});
byId("groups").addEventListener("click", ({ target }) => {
  const edit = target.closest(".group")?.edit;
  if (edit && !target.closest("button")) select(edit);
});
byId("documents").addEventListener("keydown", (event) => {
  const edit = event.target.edit;
  if (edit?.on && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    select(edit);
  }
});

// ---- How it is shown

function setMode(mode) {
  root.dataset.mode = mode;
  document.querySelector(`[name="mode"][value="${mode}"]`).checked = true;
  select(null);
  byId("documents").hidden = mode !== "documents";
  byId("groups").hidden = mode !== "groups";
  if (mode === "groups") showGroups();
  else ordered = [];
  scrollTo(0, 0);
}

function setView(view) {
  root.dataset.view = view;
  document.querySelector(`[name="view"][value="${view}"]`).checked = true;
  if (selected) focusOn(selected.node);
}

byId("modes").addEventListener("change", ({ target }) => setMode(target.value));
byId("views").addEventListener("change", ({ target }) => setView(target.value));
byId("keys").addEventListener("click", () => byId("help").showModal());
byId("theme").addEventListener("click", () => {
  const next = { auto: "light", light: "dark", dark: "auto" }[root.dataset.theme ?? "auto"];
  root.dataset.theme = next;
  byId("theme").textContent = `Theme: ${next}`;
});
addEventListener("beforeprint", () => {
  for (const doc of documents.filter((doc) => doc.on)) {
    frames(doc.shelf);
    doc.blocks.forEach(build);
  }
});

const after = (all, one) => all[(all.indexOf(one) + 1) % all.length];
const decideAll = (verdict) => {
  const all = ordered.find(({ node }) => node && node.edit === selected)?.on ?? selected?.group.edits.filter((edit) => edit.on);
  if (all) rule(all, verdict);
};
const decideOne = (verdict) => (root.dataset.mode === "groups" ? decideAll(verdict) : selected && rule([selected], verdict));
const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  n: () => stepDocument(1),
  p: () => stepDocument(-1),
  a: () => decideOne("accept"),
  r: () => decideOne("refuse"),
  A: () => decideAll("accept"),
  R: () => decideAll("refuse"),
  v: () => setView(after(["before", "both", "after"], root.dataset.view)),
  g: () => setMode(after(["documents", "groups"], root.dataset.mode)),
  e: exportDecisions,
  "/": () => {
    byId("side").open = true;
    filters.elements.text.focus();
  },
  "?": () => byId("help").showModal(),
  Escape: () => select(null),
};
addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input:not([type=radio]), select, textarea");
  if (event.key === "Escape" && isTyping) return event.target.blur();
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// ---- Start: the first documents at once, the others between frames

async function start() {
  if (innerWidth < 960) byId("side").open = false;
  overview();
  let until = performance.now() + 30;
  for (const script of document.querySelectorAll("script.document")) {
    add(JSON.parse(script.textContent));
    script.remove();
    if (performance.now() > until) {
      byId("count").value = `Loading … ${number(edits.length)} edits`;
      await pause();
      until = performance.now() + 20;
    }
  }
  countEdits("safety", []);
  countEdits("status", []);
  filter();
  root.dataset.ready = "";
}

start();
