package dev.midstream.worlds.law;

import dev.midstream.agent.StateCodec;
import dev.midstream.worlds.plan.CodecPlan;
import dev.midstream.worlds.plan.CodecPlan.Fault;
import java.nio.charset.StandardCharsets;

/** The codec of a world's agent, which fails as its plan says. */
final class WatchedCodec implements StateCodec<String> {
  private final CodecPlan plan;
  private final Runnable lost;
  private int written;
  private int read;

  /** Calls {@code lost} before it does not read a state. */
  WatchedCodec(CodecPlan plan, Runnable lost) {
    this.plan = plan;
    this.lost = lost;
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public byte[] encode(String state) {
    written++;
    if (plan.fault() == Fault.ENCODING && written % plan.at() == 0) {
      throw new IllegalStateException("the codec does not write state=" + written);
    }
    return state.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String decode(int version, byte[] octets) {
    read++;
    if (plan.fault() == Fault.DECODING && read == plan.at()) {
      lost.run();
      throw new IllegalArgumentException("the codec does not read state=" + read);
    }
    return new String(octets, StandardCharsets.UTF_8);
  }
}
