package dev.midstream.reassembly.lifecycle;

import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.ChecksumState;

/** Checks TCP checksums. The contents of a segment with a wrong one must be ignored inline. */
public final class ChecksumCheck {
  private final Vantage vantage;

  public ChecksumCheck(Vantage vantage) {
    this.vantage = vantage;
  }

  /**
   * Whether a segment inline has a wrong checksum, so its contents must be ignored. A truncated
   * segment cannot be checked.
   */
  public boolean isDamaged(FrameView view) {
    return vantage == Vantage.INLINE && view.isSegmentPresent() && isWrong(view);
  }

  /** Whether the checksum of a segment is wrong, or cannot be right because it is truncated. */
  public static boolean isWrong(FrameView view) {
    return view.packet().checksumState() == ChecksumState.COMPLETE && !view.isTcpChecksumRight();
  }
}
