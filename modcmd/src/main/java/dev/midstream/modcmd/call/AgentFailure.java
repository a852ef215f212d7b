package dev.midstream.modcmd.call;

/**
 * What an agent failed on, one clause.
 *
 * @param text what it has thrown, as it tells it, or what it answered wrongly
 * @param kind the same without what the agent says itself: the class of what it has thrown, so that
 *     no octets are in it
 * @param place where in the agent it has thrown; empty if that is not known
 */
public record AgentFailure(String text, String kind, String place) {

  /** A failure that the program has found and says in its own words. */
  public static AgentFailure found(String text) {
    return new AgentFailure(text, text, "");
  }

  /**
   * A failure that ended a call of the agent.
   *
   * @param caller the class that has called it
   * @throws VirtualMachineError if that was thrown, such as for memory: it is not the agent's
   */
  public static AgentFailure thrown(Throwable thrown, Class<?> caller) {
    return new AgentFailure(
        ForeignFailure.textOfAgent(thrown),
        ForeignFailure.kind(thrown),
        ForeignFailure.placeInAgent(thrown, caller));
  }

  /** The text and the place. */
  public String textAndPlace() {
    return withPlace(text);
  }

  /** The kind and the place. */
  public String kindAndPlace() {
    return withPlace(kind);
  }

  private String withPlace(String what) {
    return place.isEmpty() ? what : what + " at=" + place;
  }
}
