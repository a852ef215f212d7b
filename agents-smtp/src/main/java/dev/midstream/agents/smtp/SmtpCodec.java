package dev.midstream.agents.smtp;

import dev.midstream.agent.StateCodec;
import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;

/**
 * Writes the state of a connection. Version 1: as the parts of {@link SmtpState} write.
 *
 * @param limits the limits of what is due
 */
record SmtpCodec(Limits limits) implements StateCodec<SmtpState> {
  private static final int VERSION = 1;

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public byte[] encode(SmtpState state) {
    StateWriter out = new StateWriter();
    state.write(out);
    return out.toArray();
  }

  @Override
  public SmtpState decode(int version, byte[] octets) {
    if (version != VERSION) {
      throw new IllegalArgumentException("unknown version, version=" + version);
    }
    StateReader in = new StateReader(octets);
    SmtpState state = SmtpState.read(in, limits);
    in.end();
    return state;
  }
}
