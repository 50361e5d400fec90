import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { DomainError } from './errors.ts';

/** Checks bodies and queries against their classes; unknown fields are errors, so that a typing error is found. */
export const validation = new ValidationPipe({
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
  exceptionFactory: (errors) => {
    const found = toErrors(errors);
    return new DomainError('invalid-request', found.map(({ message }) => message).join('; '), found);
  },
});

/** A line for each complaint, with the field it is about. */
export function toErrors(errors: ValidationError[], parent = ''): { path: string; message: string }[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const path = parent === '' ? property : `${parent}.${property}`;
    const own = Object.values(constraints ?? {}).map((message) => ({ path, message }));
    return [...own, ...toErrors(children ?? [], path)];
  });
}
