import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const compose = readFileSync(path.join(ROOT, 'docker-compose.yml'), 'utf8');
const example = readFileSync(path.join(ROOT, '.env.example'), 'utf8');

test('.env.example names the settings of docker-compose.yml with their defaults, and no others', () => {
  const defaults = new Map(
    [...compose.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name, value]) => [name, value]),
  );
  const named = new Map([...example.matchAll(/^#(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
  named.delete('COMPOSE_PROFILES');
  expect([...named.keys()].toSorted()).toEqual([...defaults.keys()].toSorted());
  // Where docker-compose.yml says nothing, .env.example may tell what the server makes of that.
  const different = [...defaults].filter(([name, value]) => value !== '' && named.get(name) !== value);
  expect(different).toEqual([]);
});

test('.env.example holds no secret', () => {
  expect(example).toMatch(/^#RESTANTE_ADMIN_PASSWORD=$/m);
  expect(example).toMatch(/^#RESTANTE_ADMIN_API_KEY=$/m);
});

test('the images are made of every room that has packages', () => {
  const dockerfile = readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8');
  const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as { packages: object };
  const rooms = Object.keys(lock.packages).filter((name) => /^(apps|libs)\/[^/]+$/.test(name));
  expect(rooms.filter((room) => !dockerfile.includes(`COPY ${room}/package.json ${room}/\n`))).toEqual([]);
});
