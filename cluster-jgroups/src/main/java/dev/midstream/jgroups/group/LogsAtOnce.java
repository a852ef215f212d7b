package dev.midstream.jgroups.group;

import java.util.Iterator;
import org.jgroups.Message;
import org.jgroups.util.MaxOneThreadPerSender;
import org.jgroups.util.MessageBatch;

/**
 * Hands messages about logs, and others that may be lost and may overtake all, up in the thread
 * that has read them: a listener does not wait, and another thread would have to be woken for each.
 * So they keep their order, too. Public, because the group layer makes it from its name.
 */
public final class LogsAtOnce extends MaxOneThreadPerSender {
  /* No message of the group layer itself has all of these. */
  private static final Message.Flag[] FLAGS = {
    Message.Flag.OOB, Message.Flag.NO_FC, Message.Flag.DONT_BUNDLE, Message.Flag.NO_RELIABILITY
  };

  /** Marks a message as one that may be lost, and may overtake others. */
  static Message mark(Message message) {
    return message.setFlag(FLAGS);
  }

  private static boolean isLog(Message message) {
    for (Message.Flag each : FLAGS) {
      if (!message.isFlagSet(each)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean process(Message message, boolean oob) {
    if (!oob || !isLog(message)) {
      return super.process(message, oob);
    }
    pass(message);
    return true;
  }

  @Override
  public boolean process(MessageBatch batch, boolean oob) {
    if (oob) {
      for (Iterator<Message> each = batch.iterator(); each.hasNext(); ) {
        Message message = each.next();
        if (isLog(message)) {
          each.remove();
          pass(message);
        }
      }
    }
    return batch.isEmpty() || super.process(batch, oob);
  }

  private void pass(Message message) {
    boolean isMulticast = message.getDest() == null;
    tp.passMessageUp(message, true, isMulticast, true);
  }
}
