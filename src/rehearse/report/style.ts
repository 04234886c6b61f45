/** The page's looks, in light and dark. Colours are told apart by those who do not see red and green as well (Okabe and Ito). */
export const css = `
:root { color-scheme: light dark; --paper: #fff; --card: #f6f7f9; --ink: #1b1f24; --soft: #5c6670; --line: #dfe3e8;
  --good: #0b7a53; --bad: #c0301c; --maybe: #8a6100; --blue: #0072b2; --sky: #9bd3f5; --green: #009e73; --orange: #d98c00;
  --purple: #a4508b; --grey: #98a2ad; --red: #d5431e; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --card: #1d2227; --ink: #e8ebee; --soft: #9aa5b1;
  --line: #323940; --good: #3ecf9a; --bad: #ff7a66; --maybe: #f0ad3d; --blue: #4ba3e3; --sky: #c9e9fb; --green: #2fc296; --orange: #f0ad3d;
  --purple: #d48abf; --grey: #77828d; --red: #ff7350; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1120px; padding: 40px 28px 64px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { margin: 0; font-size: 30px; letter-spacing: -.01em; } h2 { margin: 0; font-size: 17px; }
section, figure { margin: 40px 0 0; } p { margin: 6px 0; } .soft { color: var(--soft); }
.verdict { display: flex; gap: 20px; align-items: center; margin: 22px 0 0; padding: 18px 22px; border-radius: 12px;
  background: var(--card); border-left: 8px solid var(--good); }
.verdict.bad { border-color: var(--bad); } .verdict strong { font-size: 26px; line-height: 1.2; color: var(--good); }
.verdict.bad strong { color: var(--bad); } .verdict.void { border-color: var(--maybe); } .verdict.void strong { color: var(--maybe); } .verdict p { margin: 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 14px; margin: 14px 0 0; }
.figures div { padding: 14px 16px; border-radius: 10px; background: var(--card); } .figures b { display: block; font-size: 22px; }
.figures span { color: var(--soft); font-size: 13px; }
table { width: 100%; border-collapse: collapse; margin: 12px 0 0; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; font-size: 13px; color: var(--soft); } th, td { padding: 7px 12px 7px 0; border-bottom: 1px solid var(--line); vertical-align: middle; }
td.number, th.number { text-align: right; white-space: nowrap; } td.narrow, th.narrow { width: 1%; padding-right: 18px; } td.yes { color: var(--good); font-weight: 600; } td.no { color: var(--bad); font-weight: 600; } td.maybe { color: var(--maybe); font-weight: 600; }
figcaption { display: flex; flex-wrap: wrap; gap: 4px 22px; align-items: baseline; justify-content: space-between; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 13px; color: var(--soft); }
.key { display: inline-block; width: 16px; height: 10px; margin-right: 6px; border-radius: 2px; background: var(--c); }
.key.line { height: 3px; vertical-align: middle; } .key.dashes { height: 0; background: none; border-top: 2px dashed var(--c); border-radius: 0; vertical-align: middle; }
svg { display: block; width: 100%; height: auto; margin: 6px 0 0; } svg text { font: 12px system-ui, sans-serif; fill: var(--soft); }
svg .empty { font-size: 14px; } svg .grid { stroke: var(--line); } svg .axis { stroke: var(--soft); }
path { fill: none; } path.line, path.dashes { stroke: var(--c); stroke-width: 2; stroke-linejoin: round; } path.dashes { stroke-dasharray: 6 5; }
path.area { fill: var(--c); fill-opacity: .85; } path.area.sent { fill-opacity: .22; } path.area.lost { fill-opacity: .5; }
.sent { --c: var(--blue); } .written { --c: var(--purple); } .capacity { --c: var(--green); } .lost { --c: var(--red); }
.base { --c: var(--blue); } .overflow { --c: var(--purple); } .ready { --c: var(--green); } .starting { --c: var(--orange); } .draining { --c: var(--grey); } .down { --c: var(--red); }
.p50 { --c: var(--blue); } .p90 { --c: var(--orange); } .p99 { --c: var(--purple); } .bound { --c: var(--red); }
.flag.grow, .flag .grow { --c: var(--green); } .flag.shrink, .flag .shrink { --c: var(--grey); } .flag.strained, .flag .strained { --c: var(--orange); } .flag.relaxed, .flag .relaxed { --c: var(--grey); } .flag.fault, .flag .fault { --c: var(--red); } .flag.mixed { --c: var(--soft); }
.flag line { stroke: var(--c); stroke-dasharray: 2 3; } .flag rect { fill: var(--c); } svg .flag text { fill: var(--paper); font-weight: 600; }
.pill { display: inline-block; min-width: 24px; padding: 0 7px; border-radius: 10px; background: var(--c); color: var(--paper); font-weight: 600; font-size: 12px; text-align: center; }
.bar { display: flex; height: 20px; border-radius: 4px; overflow: hidden; background: var(--card); }
.bar i { display: block; height: 100%; background: var(--c); border-right: 1px solid var(--paper); }
.s0 { --c: var(--blue); } .s1 { --c: var(--orange); } .s2 { --c: var(--purple); } .s3 { --c: var(--green); } .s4 { --c: var(--sky); } .s5 { --c: var(--grey); }
td.wide { width: 46%; } footer { margin: 44px 0 0; color: var(--soft); font-size: 13px; }
@media print { body { max-width: none; padding: 0; } figure, section { break-inside: avoid; } }
`;
