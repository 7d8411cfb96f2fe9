// A worker knows nothing of TypeScript until it is told; what is built starts worker.js instead.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
