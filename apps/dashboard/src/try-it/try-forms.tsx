'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { TextField } from '@/interface/field.tsx';
import { useMay } from '@/shell/permissions.ts';
import { publishMessage } from './publish.ts';
import type { TryClient } from './try-client.ts';
import type { TryState } from './try-lines.ts';

const FILTER = 'try/#';
const TOPIC = 'try/hello';
const PAYLOAD = 'Hello';

interface TryFormsProps {
  tenant: string;
  client: TryClient;
  state: TryState;
}

export function TryForms({ tenant, client, state }: TryFormsProps) {
  return (
    <div className="flex flex-col gap-2">
      <SubscribeForm client={client} isOnline={state.phase === 'online'} />
      <PublishForm tenant={tenant} client={client} isOnline={state.phase === 'online'} />
    </div>
  );
}

function SubscribeForm({ client, isOnline }: { client: TryClient; isOnline: boolean }) {
  const [topicFilter, setTopicFilter] = useState(FILTER);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void client.subscribe(topicFilter);
  };
  return (
    <form onSubmit={submit} noValidate aria-label="Subscribe" className="flex items-start gap-2">
      <div className="min-w-0 flex-1">
        <TextField
          label="Topic filter"
          value={topicFilter}
          onChange={({ target }) => setTopicFilter(target.value)}
          className="font-mono"
          autoComplete="off"
          spellCheck={false}
        />
      </div>
      <Button type="submit" className="mt-6" disabled={!isOnline || topicFilter === ''}>
        Subscribe
      </Button>
    </form>
  );
}

/** While the client is away the server publishes it, as somebody else would. */
function PublishForm({ tenant, client, isOnline }: Omit<TryFormsProps, 'state'> & { isOnline: boolean }) {
  const [topic, setTopic] = useState(TOPIC);
  const [payload, setPayload] = useState(PAYLOAD);
  const mayPublish = useMay(tenant, 'messages:publish');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isOnline) void client.publish(topic, payload);
    else void publishForIt(tenant, client, topic, payload);
  };
  return (
    <form onSubmit={submit} noValidate aria-label="Publish" className="flex items-start gap-2">
      <div className="grid min-w-0 flex-1 grid-cols-2 gap-2">
        <TextField
          label="Topic name"
          value={topic}
          onChange={({ target }) => setTopic(target.value)}
          className="font-mono"
          autoComplete="off"
          spellCheck={false}
        />
        <TextField
          label="Payload"
          hint={isOnline ? 'With QoS 1, by this client' : 'With QoS 1, by the server'}
          value={payload}
          onChange={({ target }) => setPayload(target.value)}
          className="font-mono"
          autoComplete="off"
        />
      </div>
      <Button type="submit" className="mt-6" disabled={topic === '' || (!isOnline && !mayPublish)}>
        Publish
      </Button>
    </form>
  );
}

async function publishForIt(
  tenant: string,
  client: TryClient,
  topic: string,
  payload: string,
): Promise<void> {
  try {
    await publishMessage(tenant, { topic, payload, qos: 1 });
    client.say({ kind: 'sent', text: 'Published by the server', topic, payload });
  } catch (error) {
    client.fail(`Not published on ${topic}`, error);
  }
}
