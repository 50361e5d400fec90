import { type AuthPacket, MqttError, PacketType, ReasonCode } from '@restante/mqtt-codec';
import type { EnhancedLogin, Identity } from './authentication.ts';
import type { Connection } from './connection/connection.ts';

/** What an exchange ended with. */
export interface Authenticated {
  identity: Identity;
  /** Proves the server to the client. */
  data: Buffer;
}

/**
 * Enhanced authentication on one connection (MQTT 5.0 section 4.12): exchanges of AUTH packets by the method that
 * CONNECT named, one at a time.
 */
export class Authentication {
  /** Tells the exchange of the client's answer to the challenge that is out; null: none is. */
  private onAnswer: ((data: Buffer) => void) | null = null;
  private isUnderWay = false;

  constructor(
    private readonly connection: Connection,
    readonly method: string,
  ) {}

  /**
   * From the client's first data to the end. `awaitAnswer` is called when a challenge has been sent.
   *
   * @throws MqttError when the client is refused, or begins anew before the end
   */
  async run(login: EnhancedLogin, data: Buffer, awaitAnswer: () => void): Promise<Authenticated> {
    if (this.isUnderWay) throw violation('An authentication is under way already', 'section 4.12.1');
    this.isUnderWay = true;
    for (;;) {
      const step = await login.next(data);
      if (step.state === 'refused') throw new MqttError(step.reasonCode, step.reason, 'section 4.12');
      if (step.state === 'accepted') {
        this.isUnderWay = false;
        return step;
      }
      const answer = new Promise<Buffer>((resolve) => (this.onAnswer = resolve));
      this.send(ReasonCode.CONTINUE_AUTHENTICATION, step.data);
      awaitAnswer();
      data = await answer;
    }
  }

  send(reasonCode: number, data: Buffer): void {
    const properties = { authenticationMethod: this.method, authenticationData: data };
    this.connection.send({ type: PacketType.AUTH, reasonCode, properties });
  }

  /** The client's AUTH with reason code 0x18. */
  answer(packet: AuthPacket): void {
    const { onAnswer } = this;
    if (onAnswer === null) throw violation('An AUTH answers no challenge', 'section 4.12');
    this.onAnswer = null;
    onAnswer(packet.properties.authenticationData ?? Buffer.alloc(0));
  }

  /** All AUTH packets of a connection name the method of its CONNECT [MQTT-4.12.0-5], [MQTT-4.12.1-1]. */
  checkMethod({ properties }: AuthPacket): void {
    if (properties.authenticationMethod === this.method) return;
    throw violation('The authentication method is not that of CONNECT', 'MQTT-4.12.0-5');
  }
}

function violation(message: string, clause: string): MqttError {
  return new MqttError(ReasonCode.PROTOCOL_ERROR, message, clause);
}
