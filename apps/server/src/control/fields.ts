/**
 * What a field of a body, a query or an answer is, said once: the OpenAPI description (from which the client and the
 * GraphQL schema are made) and, for what comes in, the check.
 */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  isISO8601,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  type ValidationArguments,
} from 'class-validator';

interface FieldOptions {
  /** It may be left out. */
  optional?: boolean;
  /** It may be null. */
  nullable?: boolean;
  description?: string;
  example?: unknown;
}

interface TextOptions extends FieldOptions {
  /** Characters. */
  min?: number;
  max?: number;
  pattern?: RegExp;
  /** What is told when the pattern does not match. */
  message?: string;
  format?: string;
}

interface NumberOptions extends FieldOptions {
  min?: number;
  max?: number;
  default?: number;
}

const MAX_TEXT = 65_535;
const EARLIEST = Date.parse('0001-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

export function Text({ min, max = MAX_TEXT, pattern, message, format, ...options }: TextOptions = {}) {
  return field({ type: String, maxLength: max, minLength: min, pattern: pattern?.source, format }, options, [
    IsString(),
    MaxLength(max),
    ...(min === undefined ? [] : [MinLength(min)]),
    ...(pattern === undefined ? [] : [Matches(pattern, { message })]),
  ]);
}

/** A whole number; one of a query comes as text. */
export function Whole({ min, max, default: byDefault, ...options }: NumberOptions = {}) {
  return field({ type: 'integer', minimum: min, maximum: max, default: byDefault }, options, [
    // `Number` would throw at objects that have no text.
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? Number(value) : value)),
    IsInt(),
    ...(min === undefined ? [] : [Min(min)]),
    ...(max === undefined ? [] : [Max(max)]),
  ]);
}

/** Any number, in answers. */
export function Amount(options: FieldOptions = {}) {
  return field({ type: Number }, options, []);
}

export function Flag(options: FieldOptions = {}) {
  return field({ type: Boolean }, options, [IsBoolean()]);
}

/** A flag of a query, which comes as text. */
export function Switch(options: FieldOptions = {}) {
  return applyDecorators(
    Flag(options),
    Transform(({ value }: { value: unknown }) =>
      value === 'true' ? true : value === 'false' ? false : value,
    ),
  );
}

export function Choice(
  values: readonly (string | number)[],
  options: FieldOptions & { default?: unknown } = {},
) {
  const { default: byDefault, ...rest } = options;
  return field({ enum: [...values], default: byDefault }, rest, [IsIn([...values])]);
}

/** At least one of these, each once. */
export function Choices(values: readonly string[], options: FieldOptions = {}) {
  const description = {
    ...{ type: 'array', items: { type: 'string', enum: [...values] } },
    ...{ minItems: 1, maxItems: values.length, uniqueItems: true },
  };
  return field(description, options, [
    IsArray(),
    ArrayMinSize(1),
    ArrayUnique(),
    IsIn([...values], { each: true }),
  ]);
}

/** A time (RFC 3339), which from then on is written as answers write theirs. */
export function When(options: FieldOptions = {}) {
  return field({ type: String, format: 'date-time' }, options, [
    Transform(({ value }: { value: unknown }) => timeIn(value) ?? value),
    ValidateBy({
      name: 'isTime',
      validator: {
        validate: (value) => timeIn(value) !== null,
        defaultMessage: ({ property } = {} as ValidationArguments) =>
          `${property} must be a time with its offset, as 2026-01-31T12:00:00Z`,
      },
    }),
  ]);
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** null: it is none, or in no year from 1 to 9999. */
function timeIn(value: unknown): string | null {
  if (typeof value !== 'string' || !TIME.test(value) || !isISO8601(value, { strict: true })) return null;
  const time = new Date(value);
  return time.getTime() >= EARLIEST && time.getTime() <= LATEST ? time.toISOString() : null;
}

/** A list of at most `max` things of a class of fields, or of texts. */
export function List(
  type: () => new () => object,
  { max, ...options }: FieldOptions & { max?: number } = {},
) {
  return field({ type: () => [type()] }, options, [
    IsArray(),
    ...(max === undefined ? [] : [ArrayMaxSize(max)]),
    ValidateNested({ each: true }),
    Type(type),
  ]);
}

export function Texts({
  max,
  maxLength = MAX_TEXT,
  ...options
}: FieldOptions & { max: number; maxLength?: number }) {
  return field({ type: [String], maxItems: max }, options, [
    IsArray(),
    ArrayMaxSize(max),
    IsString({ each: true }),
    MaxLength(maxLength, { each: true }),
  ]);
}

/** A list of numbers, in answers. */
export function Numbers({
  nullableItems = false,
  ...options
}: FieldOptions & { nullableItems?: boolean } = {}) {
  const items = { type: 'number', nullable: nullableItems || undefined };
  return field({ type: 'array', items }, options, []);
}

/** A thing of a class of fields. */
export function Part(type: () => new () => object, options: FieldOptions = {}) {
  // The description tells a function that gives a class from a class by its name, which must be `type`.
  return field({ type: () => type() }, options, [ValidateNested(), Type(type)]);
}

/** An object whose fields are checked elsewhere, or not at all. */
export function Anything(options: FieldOptions = {}) {
  return field({ type: 'object', additionalProperties: true }, options, [IsObject()]);
}

function field(
  description: Record<string, unknown>,
  { optional = false, nullable = false, ...rest }: FieldOptions,
  checks: PropertyDecorator[],
): PropertyDecorator {
  const known = Object.entries({ ...description, ...rest }).filter(([, value]) => value !== undefined);
  return applyDecorators(
    ApiProperty({
      ...Object.fromEntries(known),
      required: !optional,
      nullable: nullable || undefined,
    } as ApiPropertyOptions),
    ...mayBeMissing(optional, nullable),
    ...checks,
  );
}

/** class-validator's own "optional" would let null pass where only leaving out is meant. */
function mayBeMissing(optional: boolean, nullable: boolean): PropertyDecorator[] {
  if (optional && nullable) return [IsOptional()];
  if (optional) return [ValidateIf((_, value) => value !== undefined)];
  return nullable ? [ValidateIf((_, value) => value !== null)] : [];
}
