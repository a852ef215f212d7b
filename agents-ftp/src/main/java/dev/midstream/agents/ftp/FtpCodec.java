package dev.midstream.agents.ftp;

import dev.midstream.agent.StateCodec;
import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;

/** Writes the state of a control connection. Version 1: as the parts of {@link FtpState} write. */
final class FtpCodec implements StateCodec<FtpState> {
  private static final int VERSION = 1;

  private final Limits limits;

  /** For a rule with these limits. */
  FtpCodec(Limits limits) {
    this.limits = limits;
  }

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public byte[] encode(FtpState state) {
    StateWriter out = new StateWriter();
    state.write(out);
    return out.toArray();
  }

  @Override
  public FtpState decode(int version, byte[] octets) {
    if (version != VERSION) {
      throw new IllegalArgumentException("unknown version, version=" + version);
    }
    StateReader in = new StateReader(octets);
    FtpState state = FtpState.read(in, limits);
    in.end();
    return state;
  }
}
