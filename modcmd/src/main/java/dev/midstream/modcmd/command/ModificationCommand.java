package dev.midstream.modcmd.command;

import dev.midstream.agent.Octets;

/**
 * One edit of a stream: {@code newData} replaces the original octets [orgSeq, orgSeq + orgLength).
 *
 * <p>A length of 0 inserts before the octet at {@code orgSeq}. Empty data deletes. The two together
 * are not a command. The derived fields (new sequence, offset, new length) depend on the previous
 * commands, so {@link CommandList} provides them. The offset is new − original, so it is negative
 * where the stream shrank; some texts use the opposite sign.
 *
 * @param orgSeq offset of the first octet replaced
 * @param orgLength number of octets replaced, 0 or more
 * @param newData the replacement
 */
public record ModificationCommand(long orgSeq, int orgLength, Octets newData) {
  /** Rejects a command without effect. */
  public ModificationCommand {
    requireEffect(orgLength, newData.length());
  }

  /** The offset after the last octet replaced. */
  public long orgEnd() {
    return orgSeq + orgLength;
  }

  /** The number of octets of the replacement. */
  public int newLength() {
    return newData.length();
  }

  static void requireEffect(int orgLength, int newLength) {
    if (orgLength < 0 || newLength < 0 || orgLength + newLength == 0) {
      throw new IllegalArgumentException(
          "command without effect: orgLength=" + orgLength + " newLength=" + newLength);
    }
  }
}
