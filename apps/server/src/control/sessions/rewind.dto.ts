import { Amount, Flag, When } from '../fields.ts';

export class RewindSession {
  @When({ description: 'The session gets again what was accepted since then' }) to!: string;
  @Flag({ optional: true, description: 'Nothing is changed: only what would come of it is told' })
  dryRun?: boolean;
}

export class RewoundSession {
  @Amount({
    description:
      'Sent again; one of several subscriptions counts for each. What is in flight is not among them',
  })
  messages!: number;
  @Amount() bytes!: number;
  @When({ nullable: true, description: 'When the first of them was published; null: there is none' })
  from!: string | null;
  @Flag({ description: 'false: some of what came since then is not kept any more' }) isComplete!: boolean;
}
