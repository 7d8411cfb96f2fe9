/** The report's look; light or dark as the reader's system is. Colours tell apart for the colour-blind: Okabe and Ito's. */
export const style = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --soft: #667; --line: #e3e5ea; --card: #f7f8fa;
  --postgres: #0072b2; --mongo: #00845f; --redis: #cc5200; --on: #fff; --yes: #00845f; --no: #b3261e; --open: #8a6100; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171b; --ink: #e8eaee; --soft: #9aa3af; --line: #2c3138; --card: #1b1f25;
    --postgres: #56b4e9; --mongo: #35c99b; --redis: #ff9248; --on: #101317; --yes: #35c99b; --no: #ff8a80; --open: #e8b64c; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 32px 24px 64px; max-width: 1160px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 4px; } h2 { font-size: 20px; margin: 44px 0 12px; }
h3 { font-size: 15px; margin: 18px 0 4px; font-weight: 600; }
p { margin: 4px 0; } .soft, small { color: var(--soft); }
.engines { display: flex; flex-wrap: wrap; gap: 8px; margin: 16px 0; padding: 0; list-style: none; }
.engines li { border: 1px solid var(--line); border-left: 6px solid var(--own); border-radius: 6px; padding: 6px 12px; background: var(--card); }
.badge { background: var(--open); color: var(--on); border-radius: 4px; padding: 1px 7px; font-size: 12px; font-weight: 600; margin-left: 6px; }
.answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 12px; }
.answers section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 14px 16px; }
.answers strong { display: block; font-size: 26px; line-height: 1.2; margin: 4px 0; }
.yes { color: var(--yes); } .no { color: var(--no); } .unknown { color: var(--open); }
.answers ul { margin: 6px 0 0; padding-left: 18px; font-size: 13px; color: var(--soft); }
table { border-collapse: separate; border-spacing: 3px; width: 100%; } caption { text-align: left; font-weight: 600; padding: 10px 0 2px; }
th { font-weight: 500; text-align: left; padding: 4px 8px; } thead th { font-size: 13px; line-height: 1.25; text-align: center; }
.overview { table-layout: fixed; min-width: 900px; } .overview tr > :first-child { width: 275px; padding-left: 0; }
.overview td { text-align: center; padding: 7px 2px; border-radius: 5px; font-size: 13.5px; white-space: nowrap; }
.overview tbody th { font-size: 14px; white-space: nowrap; }
.overview tbody td:empty { background: none; } .tie, .none { background: var(--card); color: var(--soft); font-size: 12px !important; }
.winner { background: var(--own); color: var(--on); }
.postgres { --own: var(--postgres); } .mongo { --own: var(--mongo); } .redis { --own: var(--redis); }
.wide { overflow-x: auto; } svg { width: 100%; min-width: 860px; height: auto; display: block; }
.card { border: 1px solid var(--line); border-radius: 8px; padding: 4px 18px 12px; margin: 14px 0; break-inside: avoid; }
svg text { fill: var(--ink); font-size: 12.5px; } svg .soft { fill: var(--soft); font-size: 11.5px; } svg .axis { font-weight: 600; }
svg .group { font-weight: 600; } svg .name { fill: var(--own); font-weight: 600; } svg .end { text-anchor: end; } svg .middle { text-anchor: middle; }
svg .won .value, svg .won .name { font-weight: 800; } svg .backed { paint-order: stroke; stroke: var(--paper); stroke-width: 5px; }
.value { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
.grid { stroke: var(--line); fill: none; } .lane { stroke: var(--line); stroke-dasharray: 1 4; fill: none; }
.mark { fill: var(--own); stroke: var(--paper); stroke-width: 1.5; } .won .mark { stroke: var(--ink); }
.noise { stroke: var(--own); stroke-width: 4; stroke-linecap: round; opacity: .45; fill: none; }
.density { fill: var(--own); fill-opacity: .28; stroke: var(--own); stroke-width: 1.2; }
.stand-in .mark { fill: var(--paper); stroke: var(--own); stroke-width: 2; } .stand-in .density { fill-opacity: .06; stroke-dasharray: 3 2; }
.p0, .p1, .p2 { stroke: var(--own); stroke-width: 2; } .p1, .p2 { stroke-width: 1.4; }
.figures { border-spacing: 0; font-size: 12.5px; font-variant-numeric: tabular-nums; }
.figures th, .figures td { border-bottom: 1px solid var(--line); padding: 3px 8px; text-align: right; white-space: nowrap; }
.figures th { text-align: left; } .figures td:last-child { text-align: left; white-space: normal; }
details summary { cursor: pointer; }`;
