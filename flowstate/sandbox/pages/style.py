"""How pages look: one small sheet, in the light and in the dark, on a desk and on a phone."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #fff; --ink: #1b2430; --faint: #5b6675; --line: #dfe3e9; --accent: #0b5cad;
  --good: #17693a; --good-paper: #e2f4e8; --warn: #8a4b00; --warn-paper: #fdeed9; --bad: #a3201d; --bad-paper: #fbe4e3;
  --plain-paper: #eaeef4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161c; --card: #1a2028; --ink: #e6eaf0; --faint: #9aa6b5; --line: #2c3541; --accent: #7db8f5;
    --good: #8fdcab; --good-paper: #173524; --warn: #f3c07d; --warn-paper: #3a2a12; --bad: #f5a19e;
    --bad-paper: #40201f; --plain-paper: #28313d;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: break-word;
}
header, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.5rem; }
footer { padding-bottom: 2rem; color: var(--faint); }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
p { margin: .3rem 0; }
a { color: var(--accent); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code { font: .9em ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono", monospace; }
.faint { color: var(--faint); }
.small { font-size: .87rem; }
nav { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0 0; padding: 0; }
nav a {
  display: block; padding: .45rem .8rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card);
  color: inherit; text-decoration: none;
}
nav a:hover { border-color: var(--accent); }
nav b { font-variant-numeric: tabular-nums; }
.links { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin-top: .5rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow-x: auto; }
.empty { padding: .9rem 1rem; color: var(--faint); margin: 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .5rem .8rem; border-top: 1px solid var(--line); }
thead th {
  border-top: 0; font-size: .8rem; font-weight: 600; color: var(--faint); background: var(--plain-paper);
}
tr.off td { color: var(--faint); }
td > * + p { margin-top: .15rem; }
.pill {
  display: inline-block; padding: 0 .5rem; border-radius: 999px; font-size: .8rem; line-height: 1.5rem;
  background: var(--plain-paper); white-space: nowrap; margin: 0 .25rem .15rem 0;
}
.good { background: var(--good-paper); color: var(--good); }
.warn { background: var(--warn-paper); color: var(--warn); }
.bad { background: var(--bad-paper); color: var(--bad); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
details { border-top: 1px solid var(--line); padding: .55rem .9rem; }
.card > details:first-child { border-top: 0; }
summary { cursor: pointer; }
summary code { margin-right: .6rem; }
details[open] > summary { margin-bottom: .5rem; }
.verb { display: inline-block; min-width: 4.2rem; font-weight: 700; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1rem; margin: .5rem 0; }
dt { color: var(--faint); }
dd { margin: 0; }
@media (max-width: 46rem) {
  header, main, footer { padding-left: .8rem; padding-right: .8rem; }
  body { overflow-wrap: anywhere; }
  table, tbody, tr, td { display: block; }
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  tr { border-top: 1px solid var(--line); padding: .55rem .8rem; }
  tbody tr:first-child { border-top: 0; }
  td { border: 0; padding: .1rem 0; display: grid; grid-template-columns: 6.8rem minmax(0, 1fr); gap: .6rem; }
  td::before { content: attr(data-label); color: var(--faint); font-size: .85rem; }
  td:first-child { display: block; font-size: 1.02rem; }
  td:first-child::before { content: none; }
  td.none { display: none; }
  .number { text-align: left; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: .4rem; }
}
"""
