package dev.midstream.jgroups.carrier;

/**
 * Why nodes do not work together.
 *
 * @param reason what is wrong
 * @param what what was found, and where: it names the peer, the file or the address. Control
 *     characters become question marks, and no more than 500 characters are kept, because parts of
 *     it may come from strangers
 */
public record Refusal(Reason reason, String what) {
  private static final int MAX_LENGTH = 500;

  /** What is wrong. */
  public enum Reason {
    /** The port cannot be bound, because another process has it. */
    PORT_IN_USE("end the process that has it, or give this node another port"),
    /** This machine does not have the address. */
    NO_SUCH_ADDRESS("bind to an address of this machine"),
    /** A file is missing, or cannot be read. */
    FILE("name a file that midstream ca has made"),
    /** The key does not belong to the certificate. */
    WRONG_KEY("take the key that was issued with the certificate"),
    /** The certificate is not valid yet, or not any more. */
    EXPIRED("issue another one with midstream ca issue, or set the clock"),
    /** The certificate was not issued by the cluster's authority. */
    FOREIGN("issue it with midstream ca issue in the directory of the cluster's authority"),
    /** The certificate has the name of another node. */
    MISNAMED("issue one for this name with midstream ca issue, or change the node's name"),
    /** The certificate may not be used for this. */
    UNFIT("issue one for a node with midstream ca issue"),
    /** The other side does not take this node's certificate. */
    REFUSED_BY_PEER("see what the other node says of it"),
    /** The node belongs to another cluster. */
    OTHER_CLUSTER("give both the name of one cluster, or take the address out of the members"),
    /** The node greets with another version of the protocol. */
    OTHER_VERSION("run the same version of midstream on both"),
    /** The node has another version of the configuration: it can be reached, but not join. */
    OTHER_CONFIGURATION("give all nodes the same configuration"),
    /** A configured node does not answer. */
    UNREACHABLE("start that node, or look at its address and at the firewall"),
    /** The peer spoke no TLS, or no greeting. */
    NO_GREETING("let only nodes of the cluster connect to this port"),
    /** The port cannot be bound, or the group cannot be joined. */
    GROUP("see the cause");

    private final String remedy;

    Reason(String remedy) {
      this.remedy = remedy;
    }

    /** What an operator can do. */
    public String remedy() {
      return remedy;
    }
  }

  /** Makes the text printable. */
  public Refusal {
    String printable = what.replaceAll("\\p{Cntrl}", "?");
    what = printable.substring(0, Math.min(printable.length(), MAX_LENGTH));
  }

  /** One line for an operator: what was found, where, and what to do. */
  public String text() {
    return what + "; " + reason.remedy();
  }

  @Override
  public String toString() {
    return text();
  }
}
