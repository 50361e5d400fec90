import { ApiProperty } from '@nestjs/swagger';
import type { Policy } from '@restante/broker';
import { Amount, Anything, Flag, List, Text } from '../fields.ts';
import { Matches } from 'class-validator';

const SETTINGS = {
  type: 'object',
  additionalProperties: true,
  example: { maxQueuedMessages: 1000, overflow: 'drop-oldest' },
} as const;

export class UpdatePolicy {
  @Flag({ optional: true, description: 'true: what credentials without a policy of their own get' })
  isDefault?: boolean;

  @Anything({ ...SETTINGS, optional: true, description: 'Any of the settings; the others keep their value' })
  settings?: Record<string, unknown>;
}

export class CreatePolicy extends UpdatePolicy {
  @ApiProperty({ example: 'gateways' })
  @Matches(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, {
    message:
      'name must be 1 to 63 lower-case letters, digits and hyphens, and neither begin nor end with a hyphen',
  })
  name!: string;
}

export class PolicyView {
  @ApiProperty() name!: string;
  @ApiProperty() isDefault!: boolean;
  @ApiProperty({ ...SETTINGS, description: 'All settings, the defaults included' }) settings!: Policy;
}

export class PolicyList {
  @ApiProperty({ type: [PolicyView] }) items!: PolicyView[];
  @ApiProperty({ type: String, nullable: true }) next!: string | null;
}

export class DryRunPolicy {
  @Anything({ ...SETTINGS, optional: true, description: 'The settings that would change' })
  settings?: Record<string, unknown>;

  @Flag({ optional: true, description: 'true: as if it were the default policy' })
  isDefault?: boolean;
}

export class CutQueue {
  @Text() clientId!: string;
  @Amount({ description: 'In its queue now' }) queuedMessages!: number;
  @Amount({ description: 'Those of them that would be dropped' }) droppedMessages!: number;
}

export class PolicyDryRun {
  @Amount({ description: 'Sessions that are, or would be, under the policy and have a queue' })
  sessions!: number;
  @Amount({ description: 'Of these, how many would lose messages' }) cutSessions!: number;
  @Amount({
    description:
      'All that would be dropped; estimated from the average size where a limit of bytes is what binds',
  })
  droppedMessages!: number;
  @List(() => CutQueue, { description: 'The deepest of the queues that would be cut' }) items!: CutQueue[];
  @Flag({ description: 'false: there are more sessions than were looked at, with less deep queues' })
  isComplete!: boolean;
}
