'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { TextField } from '@/interface/field.tsx';
import { slugError } from './slug.ts';
import { createTenant } from './tenants.ts';

export function CreateTenantForm({ onCancel }: { onCancel: () => void }) {
  const [slug, setSlug] = useState('');
  const [name, setName] = useState('');
  const [isLeft, setIsLeft] = useState(false);
  const router = useRouter();
  const queries = useQueryClient();
  const creation = useMutation({
    mutationFn: createTenant,
    onSuccess: async (tenant) => {
      await queries.invalidateQueries({ queryKey: ['all-tenants'] });
      router.push(`/tenants/${tenant.slug}/credentials`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsLeft(true);
    if (slugError(slug) === undefined)
      creation.mutate({ slug, name: name.trim() === '' ? undefined : name.trim() });
  };
  return (
    <form onSubmit={submit} noValidate aria-label="Create tenant" className="border-y border-hairline py-4">
      <div className="grid max-w-3xl grid-cols-2 gap-4">
        <TextField
          label="Slug"
          hint={`Stands in user names (${slug === '' ? 'acme' : slug}:device) and never changes`}
          error={(isLeft && slug !== '' ? slugError(slug) : undefined) ?? errorOf(creation.error, 'slug')}
          value={slug}
          onChange={({ target }) => {
            setSlug(target.value);
            creation.reset();
          }}
          onBlur={() => setIsLeft(true)}
          className="font-mono"
          maxLength={63}
          autoComplete="off"
          spellCheck={false}
          required
          autoFocus
        />
        <TextField
          label="Name"
          hint="For people; the slug when left empty"
          error={errorOf(creation.error, 'name')}
          value={name}
          onChange={({ target }) => setName(target.value)}
          maxLength={200}
          autoComplete="off"
        />
      </div>
      <FailureNote error={otherErrors(creation.error, ['slug', 'name'])} />
      <div className="mt-3 flex gap-2">
        <Button type="submit" look="ink" disabled={creation.isPending || slug === ''}>
          Create tenant
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}
