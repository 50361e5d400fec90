import type { Message } from '@restante/api-client';
import type { ReactNode } from 'react';
import { formatBytes } from '@/format/numbers.ts';
import { RelativeTime } from '@/interface/relative-time.tsx';

/** All that is known of a message beside its payload. `children`: what its place adds, such as {@link BroughtBy} */
export function MessageFacts({ message, children }: { message: Message; children?: ReactNode }) {
  const { qos, retain, publishedAt, expiresAt, contentType, responseTopic, correlationData } = message;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1 text-[13px]">
      <Fact name="Published">
        <RelativeTime iso={publishedAt} direction /> with QoS {qos}
        {retain && ', retained'}
      </Fact>
      <Fact name="Expires">{expiresAt === null ? 'never' : <RelativeTime iso={expiresAt} direction />}</Fact>
      {message.payloadBytes !== null && <Fact name="Size">{formatBytes(message.payloadBytes)}</Fact>}
      {children}
      {contentType !== null && <Fact name="Content type">{contentType}</Fact>}
      {responseTopic !== null && (
        <Fact name="Response topic">
          <Mono text={responseTopic} />
        </Fact>
      )}
      {correlationData !== null && (
        <Fact name="Correlation data">
          <Mono text={correlationData} />
        </Fact>
      )}
      {message.userProperties.map(({ name, value }, index) => (
        <Fact key={index} name={name}>
          <Mono text={value} />
        </Fact>
      ))}
    </dl>
  );
}

/** `topicFilters`: of the subscriptions that brought it. */
export function BroughtBy({ topicFilters }: { topicFilters: string[] }) {
  return (
    <Fact name="Brought by">
      {topicFilters.length === 0 ? 'for this session alone' : <Mono text={topicFilters.join(', ')} />}
    </Fact>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
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
