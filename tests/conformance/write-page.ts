import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { page } from './coverage.ts';

writeFileSync(path.join(import.meta.dirname, '../../docs/conformance.md'), page());
