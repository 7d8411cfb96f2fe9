import { cpus } from 'node:os';
import { measureBacklog } from './relay-backlog.ts';
import { measureIdle } from './relay-idle.ts';
import { measureLag } from './relay-lag.ts';

console.log(`The relay, on embedded stores, ${cpus().length} cores, Node.js ${process.version}`);
const measures = [
  () => measureLag(50, 10),
  () => measureLag(100, 1),
  () => measureLag(500, 1),
  measureBacklog,
  measureIdle,
];
for (const measure of measures) {
  for (const [what, figure] of await measure()) console.log(`  ${what.padEnd(76)}${figure}`);
}
