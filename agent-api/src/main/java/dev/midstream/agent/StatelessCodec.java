package dev.midstream.agent;

/** The codec of the only state of a stateless agent. */
record StatelessCodec<S>(S state) implements StateCodec<S> {
  private static final int VERSION = 1;
  private static final byte[] NO_OCTETS = {};

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public byte[] encode(S known) {
    return NO_OCTETS;
  }

  @Override
  public S decode(int version, byte[] octets) {
    if (version != VERSION || octets.length != 0) {
      throw new IllegalArgumentException(
          "not the state of a stateless agent, version=" + version + " bytes=" + octets.length);
    }
    return state;
  }
}
