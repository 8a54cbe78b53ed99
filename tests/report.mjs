// The report for a browser, in Chromium: what it shows, what it loads, and what it exports.
//
//     node tests/report.mjs target/debug/unscrape FOLDER
//
// FOLDER is where playwright-core is installed (`npm install --prefix FOLDER playwright-core`). CHROMIUM names the
// browser if it is not /usr/bin/chromium; SHOTS a folder for screenshots.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [unscrape, folder] = process.argv.slice(2).map((path) => resolve(path));
const { chromium } = createRequire(join(folder, "node_modules", "x.js"))("playwright-core");
const dir = mkdtempSync(join(tmpdir(), "report-"));
const FLAGS =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: FLAGS.split(" "),
});

const RULES = `
format: 1
pack: house
about: For this test.
rules:
  - id: spelling
    about: A word that is written wrong.
    kind: replace
    match: { literal: teh, whole-word: true }
    replace: the
    safety: safe
    tests: { fix: [{ before: 'In teh end.', after: 'In the end.' }], keep: ['The end.', 'A tether.'] }
  - id: unfinished
    about: What nobody wrote yet.
    kind: flag
    match: { literal: TK }
    message: nobody wrote this yet
    tests: { fix: [{ before: 'It cost TK euros.' }], keep: ['It cost two euros.'] }
  - id: wording
    about: A word of which somebody may want another.
    kind: replace
    match: { literal: utilise }
    replace: use
    safety: review
    tests: { fix: [{ before: 'They utilise it.', after: 'They use it.' }], keep: ['They use it.'] }
`;
const DIRTY = `The paper , in the end , was read by all.

They utilise it in teh morning, and it cost TK euros in all of the years in which the house stood empty.
`;
const HOSTILE = `A <script>window.pwned = 1</script> stands here , and </script><script>window.pwned = 2</script> too.

<img src="https://example.com/x.png" onerror="window.pwned = 3"> and \u202Egpj.exe\u202C and \u2066x\u2069 came , it said.

NUL \0 and\u2028line\u2029ends and &lt;b&gt; and <!-- <script> in teh end.
`;
// Hebrew and Arabic, with spaces before a comma and a full stop.
const RTL = "זהו מאמר קצר על העיר , והוא כתוב בעברית.\n\nالمدينة القديمة وهي جميلة جدا تقع على البحر .\n\nOne line in English , too.\n";
const SENTENCES = Array.from({ length: 400 }, (_, at) => `Sentence ${at} of the long one says nothing that is wrong.\n`).join("");

mkdirSync(join(dir, "articles"));
const articles = {
  "a-dirty.txt": DIRTY,
  "b-hostile.txt": HOSTILE,
  "c-rtl\u202E.txt": RTL,
  "d-long.txt": `It was late , they said.\n${SENTENCES}And so they went home , it seems.\n`,
  "e-held.txt": `${"In teh end teh house fell, and teh street. ".repeat(5)}\n`,
  "f-clean.txt": "Nothing is wrong with this one.\n",
  "g-records.jsonl": `${JSON.stringify({ text: "It was read by all , in teh end, and they went home after that." })}\n`,
};
for (const [name, text] of Object.entries(articles)) writeFileSync(join(dir, "articles", name), text);
writeFileSync(join(dir, "house.yaml"), RULES);

/** Writes a report of the articles below `path`; returns the file. */
function report(path, ...options) {
  const { stdout, stderr } = spawnSync(unscrape, ["diff", path, "--format", "html", ...options], { cwd: dir, maxBuffer: 2 ** 30 });
  const file = join(dir, `${path}.html`);
  assert.ok(stdout.length > 0, String(stderr));
  writeFileSync(file, stdout);
  return file;
}

/** Opens a report; whatever it says or asks for is a failure. */
async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 850 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.noise = [];
  page.on("console", (message) => page.noise.push(message.text()));
  page.on("pageerror", (error) => page.noise.push(String(error)));
  const own = [String(pathToFileURL(file)), "data:,"];
  page.on("request", (request) => own.includes(request.url()) || page.noise.push(request.url()));
  await page.goto(String(pathToFileURL(file)));
  await page.waitForSelector("html[data-ready]");
  return page;
}

const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: join(process.env.SHOTS, `${name}.png`) });
const count = (page) => page.locator("#count").textContent();
const chosen = (page) => page.locator(".edit.selected").evaluate((node) => node.edit.fingerprint);
const dataOf = (file) =>
  [...readFileSync(file, "utf8").matchAll(/class="document">(.*)<\/script>/g)].map(([, json]) => JSON.parse(json));

const file = report("articles", "--rules", "house.yaml", "--lang", "en", "--budget-words", "30");
const data = dataOf(file);
const editsOf = (name) => data.find(({ doc }) => doc.endsWith(name)).edits;

/** In the page: returns what has less contrast with what lies behind it than 4.5:1 (WCAG 2.2). */
function faint() {
  const parts = (color) => color.match(/[\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = parts(color).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    const color = node ? getComputedStyle(node).backgroundColor : "rgb(255, 255, 255)";
    return parts(color)[3] === 0 ? behind(node.parentElement) : color;
  };
  const looked = [...document.querySelectorAll("body *")].filter((node) => {
    const hasText = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
    return hasText && !node.disabled && node.checkVisibility() && node.tagName !== "SCRIPT";
  });
  if (looked.length < 50) return ["too little to look at"];
  return looked.flatMap((node) => {
    const [a, b] = [light(getComputedStyle(node).color), light(behind(node))].sort((a, b) => b - a);
    const ratio = (a + 0.05) / (b + 0.05);
    return ratio < 4.5 ? [`${node.tagName}.${node.className} ${node.textContent.slice(0, 30)} ${ratio.toFixed(2)}`] : [];
  });
}

const tests = {
  async "it loads without a word, from nowhere"(page) {
    await shot(page, "light");
    const all = data.flatMap(({ edits }) => edits).length;
    assert.equal(await count(page), `${all} edits and findings in ${data.length} documents`);
    assert.ok(!data.some(({ doc }) => doc.endsWith("f-clean.txt")));
    assert.match(await page.locator("#totals").innerText(), /documents\s+7/);
    assert.match(await page.locator("#by-rule").innerText(), /house\/spelling/);
    assert.match(await page.locator("#by-safety").innerText(), /safe/);
    assert.match(await page.locator("#by-lang").innerText(), /en/);
  },

  async "what a text holds stays text"(page) {
    const text = page.locator(".document", { hasText: "b-hostile" });
    await text.scrollIntoViewIfNeeded();
    const shown = await text.innerText();
    for (const part of ["<script>window.pwned = 1</script>", "<img src=", "⟨U+202E⟩gpj.exe⟨U+202C⟩", "⟨U+0000⟩", "⟨U+2028⟩"]) {
      assert.ok(shown.includes(part), `${part} in ${shown}`);
    }
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    assert.equal(await page.locator("main script, main img, main b").count(), 0);
    await page.evaluate(() => document.querySelectorAll(".document").forEach((node) => node.scrollIntoView()));
    assert.doesNotMatch(await page.locator("body").innerText(), /[\u202a-\u202e\u2066-\u2069\0]/);
    assert.match(await page.locator("h2", { hasText: "c-rtl" }).innerText(), /c-rtl⟨U\+202E⟩\.txt/);
  },

  async "nothing that is put into the page runs"(page) {
    const policy = await page.evaluate(
      () =>
        new Promise((resume) => {
          addEventListener("securitypolicyviolation", ({ effectiveDirective }) => resume(effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "window.pwned = 4";
          document.body.append(script);
        }),
    );
    assert.match(policy, /^script-src/);
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    page.noise.length = 0;
  },

  async "before and after are the texts"(page) {
    const text = page.locator(".document", { hasText: "a-dirty" }).locator(".text");
    const after = execFileSync(unscrape, ["clean", "articles/a-dirty.txt", "--rules", "house.yaml", "--lang", "en", "-q"], { cwd: dir, encoding: "utf8" });
    // Spaces that come or go are drawn, so that they can be seen.
    const view = (value) => page.locator(`[name=view][value=${value}]`).check();
    const plain = async () => (await text.innerText()).replaceAll("␣", " ").trim();
    assert.notEqual(after, DIRTY);
    await view("before");
    assert.equal(await plain(), DIRTY.trim());
    await view("after");
    assert.equal(await plain(), after.trim());
    await view("both");
    assert.match(await plain(), /tehthe morning/, "whole words");
    // What is refused is not in the text afterwards, and what is proposed is when it is accepted.
    const edit = page.locator(".edit.proposed", { hasText: "utilise" });
    await edit.click();
    await page.keyboard.press("a");
    await view("after");
    assert.equal(await plain(), after.replace("utilise", "use").trim());
  },

  async "edits are filtered by rule, site, safety, status and text"(page) {
    const filters = [
      ["rule", "house/spelling", ({ rule }) => rule.includes("house/spelling")],
      ["safety", "review", ({ safety }) => safety === "review"],
      ["status", "flag", ({ status }) => status === "flag"],
      ["status", "held", ({ status }) => status === "held"],
      ["site", "none", () => true],
      ["lang", "en", () => true],
    ];
    const all = data.flatMap(({ edits }) => edits);
    for (const [name, value, fits] of filters) {
      await page.selectOption(`#filters [name=${name}]`, value);
      const [expected, documents] = [all.filter(fits).length, data.filter(({ edits }) => edits.some(fits)).length];
      assert.ok(expected > 0, value);
      await page.waitForFunction((start) => document.getElementById("count").value.startsWith(start), `${expected} of ${all.length} `);
      assert.equal(await page.locator(".document:visible").count(), documents, value);
      await page.getByText("Clear filters").click();
      await page.waitForFunction((start) => document.getElementById("count").value.startsWith(start), `${all.length} edits`);
    }
    await page.keyboard.press("/");
    await page.keyboard.type("PWNED = 2");
    await page.waitForFunction(() => document.getElementById("count").value.includes(" in 1 of "));
    await page.keyboard.press("Escape");
    await page.getByText("Clear filters").click();
    await page.locator("#by-rule button", { hasText: "house/wording" }).click();
    assert.match(await count(page), /^1 of /);
    assert.equal(await page.locator('#by-rule [aria-pressed="true"]').count(), 1);
  },

  async "keys go from edit to edit and from document to document"(page) {
    const all = data.flatMap(({ edits }) => edits).map(({ fingerprint }) => fingerprint);
    const seen = [];
    for (let at = 0; at < 6; at++) {
      await page.keyboard.press("j");
      seen.push(await chosen(page));
    }
    assert.deepEqual(seen, all.slice(0, 6));
    await page.keyboard.press("k");
    assert.equal(await chosen(page), all[4]);
    assert.match(await page.locator("#dock").innerText(), /articles\/\S+:\d+:\d+/);
    await page.keyboard.press("n");
    const first = data.findIndex(({ edits }) => edits.some(({ fingerprint }) => fingerprint === all[4]));
    assert.equal(await chosen(page), data[first + 1].edits[0].fingerprint);
    await page.keyboard.press("p");
    assert.equal(await chosen(page), data[first].edits[0].fingerprint);
    await page.keyboard.press("?");
    assert.ok(await page.locator("dialog").isVisible());
    await page.keyboard.press("Escape");
    assert.ok(!(await page.locator("dialog").isVisible()));
    await page.keyboard.press("Escape");
    assert.ok(!(await page.locator("#dock").isVisible()));
  },

  async "decisions are exported, and loaded again"(page) {
    await page.keyboard.press("j");
    await page.keyboard.press("a");
    await page.keyboard.press("j");
    await page.keyboard.press("r");
    assert.equal(await page.locator("#decided").textContent(), "1 accepted, 1 refused");
    await shot(page, "decided");
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("e")]);
    assert.equal(download.suggestedFilename(), "decisions.jsonl");
    const lines = readFileSync(await download.path(), "utf8").trimEnd().split("\n");
    assert.equal(lines[0], '{"unscrape":"decisions","version":1}');
    const expected = ["accept", "refuse"].map((verdict, at) => {
      const { rule, before, after, left, right, fingerprint, cleaned, line, column } = data[0].edits[at];
      const place = { verdict, doc: data[0].doc, line, column };
      // The sides once all edits are made, where these are others.
      return { rule, before, after, left, right, fingerprint, ...(cleaned && { cleaned }), ...place };
    });
    assert.deepEqual(lines.slice(1).map((line) => JSON.parse(line)), expected);
    assert.deepEqual(lines.slice(1).map((line) => Object.keys(JSON.parse(line)).join()), expected.map((line) => Object.keys(line).join()));
    // The program reads what the page wrote.
    const listed = execFileSync(unscrape, ["review", "--list", "--decisions", await download.path()], { encoding: "utf8" });
    assert.deepEqual(listed.trimEnd().split("\n").map((line) => line.split("  ")[0]), ["accept", "refuse"]);
    // Once more takes it back.
    await page.keyboard.press("r");
    assert.equal(await page.locator("#decided").textContent(), "1 accepted, 0 refused");
    await page.getByText("Forget all").click();
    await page.setInputFiles("#import", await download.path());
    await page.waitForFunction(() => document.getElementById("decided").value.startsWith("1 accepted, 1 refused"));
    await page.setInputFiles("#import", file);
    await page.waitForFunction(() => document.getElementById("decided").value.startsWith("This is no decisions file"));
    await page.getByText("Forget all").click();
  },

  async "a flag cannot be decided on, and a held text says why"(page) {
    await page.locator(".edit.flag").first().click();
    await page.keyboard.press("a");
    assert.equal(await page.locator("#decided").textContent(), "None yet");
    assert.match(await page.locator("#dock").innerText(), /nobody wrote this yet/);
    const held = page.locator(".document", { hasText: "e-held" });
    assert.match(await held.innerText(), /Held, left as it was: \d+ of \d+ words would change/);
    assert.equal(await held.locator(".edit.held").count(), 15);
  },

  async "edits that say the same are one, with their number"(page) {
    await page.keyboard.press("g");
    const spelling = page.locator(".group", { hasText: "house/spelling" }).and(page.locator(".group", { hasNotText: "held" }));
    await shot(page, "groups");
    const kept = data.flatMap(({ edits }) => edits).filter(({ rule, status }) => rule === "house/spelling" && status === "kept");
    assert.match(await spelling.innerText(), new RegExp(`×${kept.length} in \\d+ documents`));
    await spelling.getByText(`Accept all ${kept.length}`).click();
    assert.match(await page.locator("#decided").textContent(), new RegExp(`^${kept.length} accepted`));
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    assert.equal(await page.locator(".group.selected").count(), 1);
    await spelling.locator(".places button").first().click();
    assert.ok(await page.locator("#dock").isVisible());
    await page.getByText("Forget all").click();
  },

  async "what does not change in a long text is folded"(page) {
    const long = page.locator(".document", { hasText: "d-long" });
    await long.scrollIntoViewIfNeeded();
    await long.locator(".fold").waitFor();
    assert.match(await long.innerText(), /⋯ \d+ lines, [\d,]+ characters ⋯/);
    assert.ok((await long.innerText()).length < 2000);
    const text = data.find(({ doc }) => doc.endsWith("d-long.txt")).text;
    assert.ok(JSON.stringify(text).length < 2000, "nor is it in the file");
  },

  async "lines run in their own direction"(page) {
    const text = page.locator(".document", { hasText: "c-rtl" }).locator(".text > div");
    await text.scrollIntoViewIfNeeded();
    assert.equal(await text.evaluate((node) => getComputedStyle(node).unicodeBidi), "plaintext");
    const right = await text.evaluate((node) => {
      const side = (part) => {
        const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const at = walker.currentNode.data.indexOf(part);
          if (at < 0) continue;
          const range = document.createRange();
          range.setStart(walker.currentNode, at);
          range.setEnd(walker.currentNode, at + part.length);
          return range.getBoundingClientRect().right;
        }
      };
      return [side("זהו"), side("One line")];
    });
    assert.ok(right[0] > right[1] + 100, `Hebrew begins on the right: ${right}`);
  },

  async "it is light and dark"(page) {
    const paper = () => page.locator("body").evaluate((node) => getComputedStyle(node).backgroundColor);
    const light = await paper();
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = await paper();
    await page.keyboard.press("j");
    await page.keyboard.press("a");
    assert.notEqual(light, dark);
    await shot(page, "dark");
    assert.deepEqual(await page.evaluate(faint), []);
    await page.locator("#theme").click();
    assert.equal(await paper(), light);
    assert.deepEqual(await page.evaluate(faint), []);
    await page.locator("#theme").click();
    assert.equal(await paper(), dark);
  },

  async "it is read on a phone and printed"(page) {
    await page.setViewportSize({ width: 360, height: 720 });
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await shot(page, "phone");
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360, "nothing is wider than the window");
    await page.emulateMedia({ media: "print" });
    for (const hidden of [".top", "#dock", "#filters"]) assert.ok(!(await page.locator(hidden).isVisible()), hidden);
  },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  const page = await open(file);
  try {
    await test(page);
    assert.deepEqual(page.noise, []);
    console.log(`ok    ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${name}\n${error.stack}`);
  }
  await page.context().close();
}

// Many edits: in many texts, in one, and in one line.
mkdirSync(join(dir, "many"));
const dirty = (at) => `In the year ${at} it was late , and nobody found number ${at * 7} on the way.`;
for (let at = 0; at < 400; at++) {
  writeFileSync(join(dir, "many", `${at}.txt`), Array.from({ length: 50 }, (_, line) => dirty(50 * at + line)).join("\n\n"));
}
mkdirSync(join(dir, "one"));
writeFileSync(join(dir, "one", "one.txt"), Array.from({ length: 20_000 }, (_, line) => dirty(line)).join("\n\n"));
mkdirSync(join(dir, "line"));
writeFileSync(join(dir, "line", "line.txt"), Array.from({ length: 5000 }, (_, line) => dirty(line)).join(" "));
for (const path of ["many", "one", "line"]) {
  const big = report(path, "--select", "core/punctuation/space-before-mark", "--lang", "en");
  const began = performance.now();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.longest = 0;
    new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (longest = Math.max(longest, duration)))).observe({
      type: "longtask",
    });
  });
  await page.goto(String(pathToFileURL(big)), { waitUntil: "commit" });
  await page.locator(".edit").first().waitFor();
  const first = Math.round(performance.now() - began);
  await page.waitForSelector("html[data-ready]");
  for (let key = 0; key < 150; key++) await page.keyboard.press("j");
  const { number, longest, built } = await page.evaluate(() => ({
    number: selected.number,
    longest: Math.round(window.longest),
    built: document.querySelectorAll(".edit").length,
  }));
  const edits = dataOf(big).flatMap(({ edits }) => edits).length;
  console.log(`${path}: ${edits} edits, the first after ${first} ms, at most ${longest} ms at once, ${built} built`);
  // Generous, since machines are slow at times: what is meant is that no work grows with the report at once.
  const isGood = edits >= 5000 && number === 149 && first < 10_000 && longest < 1000 && built < 3000;
  if (!isGood) failed++;
  await context.close();
}

await browser.close();
rmSync(dir, { recursive: true });
console.log(failed === 0 ? "all good" : `${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
