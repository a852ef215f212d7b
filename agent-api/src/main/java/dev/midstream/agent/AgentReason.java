package dev.midstream.agent;

import java.util.Objects;

/**
 * A reason that an agent counts. Its provider declares it, so that operators know it beforehand;
 * they see it after the provider's name, such as {@code ftp.denied-command}.
 *
 * @param code unique for its provider: lower case letters, digits and dashes, beginning with a
 *     letter, at most {@value #MAX_CODE_LENGTH}
 * @param meaning what happened: one line for operators, not empty
 * @param consequence what becomes of it
 */
public record AgentReason(String code, String meaning, Consequence consequence) {
  /** Maximum length of a code. */
  public static final int MAX_CODE_LENGTH = 40;

  /** What an agent does about what it counts. */
  public enum Consequence {
    /**
     * It denies what an end asked for; the engine also counts {@code agent-denied}. An agent that
     * counts it must say that it {@linkplain Agent#denies denies}.
     */
    DENIED,
    /** A limit of the agent is reached. */
    LIMIT,
    /** It changes what an end said. */
    EDITED,
    /** It lets pass what it does not understand or could not change. */
    LEFT_ALONE
  }

  /**
   * Creates a reason.
   *
   * @throws IllegalArgumentException if the code or the meaning is not as described
   */
  public AgentReason {
    Objects.requireNonNull(consequence, "consequence");
    if (code.length() > MAX_CODE_LENGTH || !code.matches("[a-z][a-z0-9-]*")) {
      throw new IllegalArgumentException("not the code of a reason, code=" + code);
    }
    if (meaning.isBlank() || meaning.lines().count() != 1) {
      throw new IllegalArgumentException("the meaning must be one line, code=" + code);
    }
  }
}
