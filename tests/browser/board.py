"""Opens every page of a board in a browser, from file:// and with the network off, and tries it.

    pip install playwright
    python3 tests/browser/board.py SITE [SHOTS]

SITE is the folder of a published report, or one that `write_the_pages` of tests/board.rs wrote. Chromium is the system's
(CHROMIUM names another). Into the folder SHOTS go pictures of the pages, and of the first one as it is printed.

Asked of each page: no error on the console, no request but for files beside it, nothing wider than the window of a laptop,
of a telephone and of a sheet of A4, no text of a picture beyond its edge. And that tables sort and filter.
"""

import os
import re
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WINDOWS = {"laptop": (1366, 768), "telephone": (390, 844)}
# A4 less the margins of the style sheet, at 96 dots an inch.
SHEET = (round((210 - 24) / 25.4 * 96), 1000)

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Elements that reach beyond the window on the right, but for those in a box that scrolls.
BEYOND = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
    && (matchMedia('print').matches || !e.closest('.scroll')))
  .slice(0, 5).map(e => e.tagName + ' ' + e.className + ' ' + e.textContent.trim().slice(0, 30))"""
# Texts beyond the edge of their picture, and pictures without shapes.
PICTURES = """() => [...document.querySelectorAll('svg')].map(svg => {
  const edge = svg.getBoundingClientRect();
  const out = [...svg.querySelectorAll('text')].filter(text => {
    const box = text.getBoundingClientRect();
    return box.left < edge.left - 1 || box.right > edge.right + 1 || box.top < edge.top - 1 || box.bottom > edge.bottom + 1;
  });
  const shapes = [...svg.querySelectorAll('rect, path, circle')].filter(shape => shape.getBBox());
  const ink = shapes.filter(shape => { const s = getComputedStyle(shape); return s.fill !== 'none' || s.stroke !== 'none'; });
  return {title: svg.querySelector('title').textContent, height: edge.height, shapes: ink.length,
          out: out.map(text => text.textContent)};
})"""

faults = []
counts = {"pages": 0, "pictures": 0, "columns sorted": 0, "tables filtered": 0}


def fault(page, text):
    faults.append(f"{Path(page.url).name}: {text}")


def value(text):
    """What a field of a column of numbers says; None where it says nothing."""
    found = re.match(r"-?[\d.]+", re.sub("[,%+]", "", text))
    return float(found.group()) if found else None


def fits(page, name):
    if (wider := page.evaluate(WIDER)) > 0:
        fault(page, f"{wider} pixels wider than the {name}")
    for beyond in page.evaluate(BEYOND):
        fault(page, f"beyond the edge of the {name}: {beyond}")


def drawn(page):
    for picture in page.evaluate(PICTURES):
        counts["pictures"] += 1
        if picture["height"] < 80 or picture["shapes"] < 1:
            fault(page, f"not drawn: {picture}")
        if picture["out"]:
            fault(page, f"{picture['title']}: text beyond the edge: {picture['out']}")


# Every order of every column of every table: clicks each heading twice.
ORDERS = """() => [...document.querySelectorAll('table')].flatMap(table =>
  [...table.tHead.rows[0].cells].flatMap((heading, column) => [1, 2].map(() => {
    heading.querySelector('button').click();
    const fields = [...table.tBodies[0].rows].map(row => row.cells[column].textContent.trim());
    return {fields, way: heading.getAttribute('aria-sort'), numbers: heading.classList.contains('n')};
  })))"""


def sorts(page):
    """Sorts by every column of every table, and holds the order to one worked out here."""
    for order in page.evaluate(ORDERS):
        fields, way = order["fields"], order["way"]
        told = [field for field in fields if field not in ("*", "–", "")]
        if fields[: len(told)] != told:
            fault(page, f"what is withheld does not stand last: {fields}")
        numbers = [value(field) for field in told]
        if order["numbers"] and None not in numbers and numbers != sorted(numbers, reverse=way == "descending"):
            fault(page, f"not sorted, {way}: {told}")
        counts["columns sorted"] += 1


def filters(page):
    for box in page.query_selector_all("input.filter"):
        rows = box.evaluate_handle("box => box.nextElementSibling.querySelector('tbody')")
        seen = "body => [...body.rows].filter(row => row.offsetHeight > 0).map(row => row.textContent)"
        all_rows = rows.evaluate(seen)
        word = rows.evaluate("body => body.rows[1].cells[0].textContent.trim()")
        box.fill(word)
        left = rows.evaluate(seen)
        if left != [row for row in all_rows if word.lower() in row.lower()] or not left:
            fault(page, f"filtered by {word!r}: {left}")
        box.fill("这几个字哪一行都没有")
        if rows.evaluate(seen):
            fault(page, "rows are left that do not hold the words")
        box.fill("")
        if rows.evaluate(seen) != all_rows:
            fault(page, "an empty filter does not bring all rows back")
        counts["tables filtered"] += 1


def open_page(browser, file, size):
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, offline=True)
    page = context.new_page()
    page.on("console", lambda message: message.type in ("error", "warning") and fault(page, f"console: {message.text}"))
    page.on("pageerror", lambda error: fault(page, f"error: {error}"))
    page.on("requestfailed", lambda request: fault(page, f"request failed: {request.url}"))
    page.on("request", lambda request: request.url.startswith(("file:", "data:")) or fault(page, f"asks {request.url}"))
    page.goto(file.resolve().as_uri())
    return page


def look(browser, file, shots):
    counts["pages"] += 1
    for name, size in WINDOWS.items():
        page = open_page(browser, file, size)
        fits(page, name)
        drawn(page)
        if shots:
            page.screenshot(path=shots / f"{file.stem}-{name}.png", full_page=True)
        if name == "laptop" and page.query_selector("script"):
            filters(page)
            sorts(page)
        page.context.close()
    page = open_page(browser, file, SHEET)
    page.emulate_media(media="print")
    fits(page, "sheet of A4")
    drawn(page)
    if shots:
        page.pdf(path=shots / f"{file.stem}.pdf", prefer_css_page_size=True)
    page.context.close()


def main():
    site = Path(sys.argv[1])
    shots = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    counties = sorted(site.glob("county-*.html"))[:3]
    pages = [page for page in sorted(site.glob("*.html")) if not page.name.startswith("county-")] + counties
    if not any(page.name == "index.html" for page in pages):
        sys.exit(f"{site} has no index.html")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for file in pages:
            look(browser, file, shots)
        browser.close()
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    if 0 in counts.values():
        faults.append("nothing was tried of something")
    for line in faults:
        print(line)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
