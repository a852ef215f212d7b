package dev.midstream.agents.http;

/** Decides heads that pass, with the edits of the settings. */
final class HeadEditor {
  private final HttpPolicy policy;

  HeadEditor(HttpPolicy policy) {
    this.policy = policy;
  }

  /** Decides the head of a request. */
  void request(Turn turn, RequestHead request) {
    HeadEdits edits = new HeadEdits(request.head());
    if (policy.urls().editRequest(request, edits)) {
      turn.count(HttpReason.REWRITTEN_URL, "in a request");
    }
    decide(turn, edits, policy.requestFields(), true, "in a request");
  }

  /**
   * Decides the head of a response.
   *
   * @param isFinal whether it is not 1xx: fields are added to final ones only
   */
  void response(Turn turn, Head head, boolean isFinal) {
    HeadEdits edits = new HeadEdits(head);
    if (policy.urls().editResponse(head, edits)) {
      turn.count(HttpReason.REWRITTEN_URL, "in a response");
    }
    decide(turn, edits, policy.responseFields(), isFinal, "in a response");
  }

  private static void decide(
      Turn turn, HeadEdits edits, FieldEdits fields, boolean adds, String where) {
    if (edits.apply(fields, adds)) {
      turn.count(HttpReason.EDITED_FIELD, where);
    }
    edits.decide(turn);
  }
}
