package dev.midstream.agents.http;

import dev.midstream.agent.StateCodec;
import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;

/**
 * Writes the state of a connection. Version 1: as the parts of {@link HttpState} write.
 *
 * @param limits the limits of what is due
 */
record HttpCodec(Limits limits) implements StateCodec<HttpState> {
  private static final int VERSION = 1;

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public byte[] encode(HttpState state) {
    StateWriter out = new StateWriter();
    state.write(out);
    return out.toArray();
  }

  @Override
  public HttpState decode(int version, byte[] octets) {
    if (version != VERSION) {
      throw new IllegalArgumentException("unknown version, version=" + version);
    }
    StateReader in = new StateReader(octets);
    HttpState state = HttpState.read(in, limits);
    in.end();
    return state;
  }
}
