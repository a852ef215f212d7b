package dev.midstream.modcmd.call;

/** The kind of an answer of an agent in a {@link DecisionBatch}. */
public enum AnswerKind {
  /** {@link DecisionBatch#count} octets pass unchanged. */
  PASS,
  /** {@link DecisionBatch#octets} replace {@link DecisionBatch#count} octets. */
  REPLACE,
  /** The agent wants no call until {@link DecisionBatch#count} octets are undecided. */
  NEED,
  /** The agent wants no call until the other direction has changed its state. */
  AWAIT_OTHER,
  /** {@link DecisionBatch#count} octets are opaque. */
  SKIP,
  /** {@link DecisionBatch#count} octets are deleted unseen. */
  DROP,
  /** All further octets of this direction are opaque. */
  SKIP_REST,
  /** {@link DecisionBatch#octets} are inserted into {@link DecisionBatch#direction}. */
  REPLY,
  /** {@link DecisionBatch#direction} ends after all other answers of the call. */
  FINISH,
  /** The receiver of {@link DecisionBatch#direction} is reset after all other answers. */
  ABORT,
  /** A connection is expected: {@link DecisionBatch#expectation}. */
  EXPECT,
  /** A connection is not expected any more: {@link DecisionBatch#expectation}. */
  UNEXPECT,
  /** The agent leaves the connection. */
  DETACH,
  /** The connection speaks another protocol: {@link DecisionBatch#text}. */
  NOT_MINE,
  /** The connection is reset: {@link DecisionBatch#text}. */
  RESET,
  /** A case of {@link DecisionBatch#reason} is counted: {@link DecisionBatch#text}. */
  COUNT,
  /** An audit event is written: {@link DecisionBatch#text}. */
  REPORT
}
