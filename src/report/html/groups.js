
// ---- Identical edits

const MORE_PLACES = 5;
const AT_ONCE = 50;
let ordered = [];
let cards = 0;
const end = make("div", {});
new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && moreGroups(), {
  rootMargin: "1500px 0px",
}).observe(end);

function showGroups() {
  ordered = [...groups.values()].map((group) => ({ group, on: group.edits.filter((edit) => edit.on) }));
  ordered = ordered.filter(({ on }) => on.length > 0).sort((a, b) => b.on.length - a.on.length || a.group.number - b.group.number);
  cards = 0;
  byId("groups").replaceChildren(end);
  moreGroups();
}

function moreGroups() {
  for (const entry of ordered.slice(cards, cards + AT_ONCE)) {
    entry.node = card(entry);
    end.before(entry.node);
  }
  cards = Math.min(cards + AT_ONCE, ordered.length);
}

function card({ on }) {
  const [first] = on;
  const inDocuments = new Set(on.map((edit) => edit.document)).size;
  const node = make("article.group", { tabindex: "-1" });
  const places = on.slice(0, MORE_PLACES).map((edit) =>
    button("button", make("bdi", {}, placeOf(edit)), () => {
      setMode("documents");
      select(edit, true);
    }),
  );
  if (on.length > MORE_PLACES) places.push(make("span.hint", {}, `and ${number(on.length - MORE_PLACES)} more`));
  node.append(facts(first, ` in ${counted(inDocuments, "document")}`, on.length), change(first), ...whys(first));
  node.append(make("div.places", {}, ...places));
  if (isDecidable(first)) node.append(decide(on, "all"));
  node.edit = first;
  return node;
}

const placeOf = ({ document: { name }, line, column }) => `${name}:${line}:${column}`;

/** One line about an edit. */
function facts(edit, more, times) {
  const node = make("div.facts", {}, make("span.rule", {}, visible(edit.rule)));
  if (edit.safety !== "none") node.append(make(`span.badge.${edit.safety}`, {}, edit.safety));
  if (edit.status !== "kept") node.append(make(`span.badge.${edit.status}`, {}, edit.status));
  if (times > 1) node.append(make("span", {}, make("span.times", {}, `×${number(times)}`), more));
  return node;
}

/** Of so many characters at the side of an edit more stand there; they are at most 40. */
const MORE_CONTEXT = 30;

/** An edit between the words beside it. */
function change(edit) {
  const node = make("p.change", { dir: "auto" });
  const context = (text) => show(make("span.context", {}), text, false);
  const inner = make(`span.${edit.status}`, {});
  const more = (text) => (text.length > MORE_CONTEXT ? "…" : "");
  node.append(more(edit.left), context(edit.left), showChange(inner, edit));
  if (edit.status === "lost" || edit.status === "blocked") inner.append(" → ", stretch("ins", edit.after || "∅"));
  node.append(context(edit.right), more(edit.right));
  return node;
}

/** Why an edit is there, and what became of it. */
function whys(edit) {
  const nodes = [];
  if (edit.reason) nodes.push(make("p.reason", {}, make("bdi", {}, visible(edit.reason))));
  if (edit.because) nodes.push(make("ul.because", {}, ...edit.because.map((why) => make("li", {}, make("bdi", {}, visible(why))))));
  return nodes;
}
