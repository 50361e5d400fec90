'use client';

import { type Message, type QueuedMessage } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode } from 'react';
import { formatBytes } from '@/format/numbers.ts';
import { Button } from '@/interface/button.tsx';
import { Dialog } from '@/interface/dialog.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { PayloadViewer } from './payload-viewer.tsx';
import { type QueueOf, queueQuery } from './queue.ts';

interface MessageSheetProps {
  of: QueueOf;
  /** The page of the queue that it is on. */
  page: { after?: string; topicFilter?: string };
  queued: QueuedMessage;
  onClose: () => void;
}

/** All of one message. It stays what it was, even when it is delivered meanwhile. */
export function MessageSheet({ of, page, queued, onClose }: MessageSheetProps) {
  const { data } = useQuery({ ...queueQuery(of, { ...page, isWhole: true }), placeholderData: undefined });
  const message = data?.items.find(({ id }) => id === queued.id)?.message ?? queued.message;
  return (
    <Dialog title={message?.topic ?? queued.id} look="wide" onClose={onClose}>
      {message !== null && (
        <div className="mt-3 flex flex-col gap-4">
          <Properties message={message} topicFilters={queued.topicFilters} />
          <PayloadViewer message={message} />
        </div>
      )}
      <div className="mt-4 flex justify-end">
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
}

function Properties({ message, topicFilters }: { message: Message; topicFilters: string[] }) {
  const { qos, retain, publishedAt, expiresAt, contentType, responseTopic, correlationData } = message;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1 text-[13px]">
      <Property name="Published">
        <RelativeTime iso={publishedAt} direction /> with QoS {qos}
        {retain && ', retained'}
      </Property>
      <Property name="Expires">
        {expiresAt === null ? 'never' : <RelativeTime iso={expiresAt} direction />}
      </Property>
      {message.payloadBytes !== null && <Property name="Size">{formatBytes(message.payloadBytes)}</Property>}
      <Property name="Brought by">
        {topicFilters.length === 0 ? 'for this session alone' : <Mono text={topicFilters.join(', ')} />}
      </Property>
      {contentType !== null && <Property name="Content type">{contentType}</Property>}
      {responseTopic !== null && (
        <Property name="Response topic">
          <Mono text={responseTopic} />
        </Property>
      )}
      {correlationData !== null && (
        <Property name="Correlation data">
          <Mono text={correlationData} />
        </Property>
      )}
      {message.userProperties.map(({ name, value }, index) => (
        <Property key={index} name={name}>
          <Mono text={value} />
        </Property>
      ))}
    </dl>
  );
}

function Property({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-quiet">{name}</dt>
      <dd className="break-words">{children}</dd>
    </>
  );
}

function Mono({ text }: { text: string }) {
  return <span className="font-mono">{text}</span>;
}
