package dev.midstream.modcmd.command;

/**
 * One edit of a stream: the original octets [orgSeq, orgSeq + orgLength) become {@code newData}.
 *
 * <p>A length of 0 inserts before the octet at {@code orgSeq}; empty data deletes; both at once is
 * no command. The derived fields (new sequence, offset, new length) depend on the commands before
 * it, so {@link CommandList} gives them. The offset counts new − original, so it is negative where
 * the stream shrank; texts that count original − new mean the same number with the other sign.
 *
 * @param orgSeq offset of the first octet replaced
 * @param orgLength octets replaced, 0 or more
 * @param newData what stands there instead
 */
public record ModificationCommand(long orgSeq, int orgLength, Octets newData) {
  /** Refuses what is not a command. */
  public ModificationCommand {
    requireEffect(orgLength, newData);
  }

  /** The offset behind the last octet replaced. */
  public long orgEnd() {
    return orgSeq + orgLength;
  }

  /** Number of octets that stand there instead. */
  public int newLength() {
    return newData.length();
  }

  static void requireEffect(int orgLength, Octets newData) {
    if (orgLength < 0 || (orgLength == 0 && newData.isEmpty())) {
      throw new IllegalArgumentException(
          "command without effect: orgLength=" + orgLength + " newLength=" + newData.length());
    }
  }
}
