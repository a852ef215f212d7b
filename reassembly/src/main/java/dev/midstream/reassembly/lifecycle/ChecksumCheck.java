package dev.midstream.reassembly.lifecycle;

import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.ChecksumState;

/** Checks TCP checksums. The contents of a segment with a wrong one must be ignored inline. */
public final class ChecksumCheck {
  private ChecksumCheck() {}

  /**
   * Whether a segment inline has a wrong checksum, so its contents must be ignored. A truncated
   * segment cannot be checked.
   */
  public static boolean isDamaged(Vantage vantage, FrameView view) {
    return vantage == Vantage.INLINE && view.isSegmentPresent() && isWrong(view);
  }

  /** Whether the checksum of a segment is wrong, or cannot be right because it is truncated. */
  public static boolean isWrong(FrameView view) {
    return view.packet().checksumState() == ChecksumState.COMPLETE && !view.isTcpChecksumRight();
  }
}
