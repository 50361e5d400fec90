import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

const SKIPPED = new Set(['node_modules', 'dist', '.next', '.turbo', 'generated']);

/** A source file of the product, by its path from the repository's root. */
export interface SourceFile {
  path: string;
  text: string;
  /** What it imports, as written; type imports included. */
  imports: string[];
  /** The files of the product that are loaded before it, by their paths from the root. */
  loads: string[];
}

/** All TypeScript below a folder; tests included only when asked for. */
export function sourcesIn(folder: string, { tests = false } = {}): SourceFile[] {
  return filesIn(path.join(ROOT, folder))
    .filter((file) => /\.tsx?$/.test(file))
    .filter((file) => tests || !file.endsWith('.test.ts'))
    .map((file) => {
      const text = readFileSync(file, 'utf8');
      const loads = loadsOf(text).map((name) => path.relative(ROOT, path.join(path.dirname(file), name)));
      return { path: path.relative(ROOT, file), text, imports: importsOf(text), loads };
    });
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !SKIPPED.has(name))
    .flatMap((entry) => {
      const full = path.join(folder, entry.name);
      return entry.isDirectory() ? filesIn(full) : [full];
    });
}

function importsOf(text: string): string[] {
  return [...withoutComments(text).matchAll(/(?:from|import|import\()\s*'([^']+)'/g)].map(([, name]) => name);
}

/** Without `import type`, and without `import()`, which waits for nobody. */
function loadsOf(text: string): string[] {
  const statements = /^(?:import|export)\s(?!type\s)(?:[^;']*\sfrom\s)?'(\.[^']+)';/gm;
  return [...withoutComments(text).matchAll(statements)].map(([, name]) => name);
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

/** The folders directly below another one. */
export function foldersIn(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !SKIPPED.has(entry.name))
    .map(({ name }) => name);
}

/** Every folder of the sources, by its path from the root. */
export function allFolders(folder: string): string[] {
  return foldersIn(folder).flatMap((name) => [
    path.join(folder, name),
    ...allFolders(path.join(folder, name)),
  ]);
}
