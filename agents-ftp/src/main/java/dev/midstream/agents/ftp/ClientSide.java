package dev.midstream.agents.ftp;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.framing.Framing;
import dev.midstream.agent.framing.Line;
import dev.midstream.agent.framing.Telnet;
import dev.midstream.agents.ftp.FtpPolicy.Foreign;
import dev.midstream.agents.ftp.FtpPolicy.Tls;
import dev.midstream.agents.ftp.FtpState.Security;
import dev.midstream.agents.ftp.Request.Kind;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decides the commands of the client. */
final class ClientSide {
  private static final byte HANDSHAKE = 0x16;
  private static final byte LF = '\n';
  private static final int INTERRUPT = 244;
  private static final int DATA_MARK = 242;
  private static final Pattern TIME_BEFORE_PATH =
      Pattern.compile(" *[0-9]{8,}[0-9.]* +(?<path>.*)");
  private static final Set<String> TLS_MECHANISMS = Set.of("TLS", "TLS-C", "SSL", "TLS-P");

  private final FtpPolicy policy;
  private final DataConnections data;
  private final PathCheck paths;

  ClientSide(FtpPolicy policy, DataConnections data) {
    this.policy = policy;
    paths = new PathCheck(policy.paths());
    this.data = data;
  }

  FtpState decide(FtpState state, OctetView view, Decisions out) {
    if (state.isSilent() && view.length() > 0 && view.at(0) == HANDSHAKE) {
      out.notMine("TLS from the first octet on");
      return state;
    }
    FtpState now = state;
    int at = 0;
    while (at < view.length() && !now.isHolding()) {
      int end =
          now.isInLongCommand()
              ? longEnd(view, at)
              : Line.end(view, at, policy.limits().commandBytes());
      if (end == Framing.MORE) {
        break;
      }
      if (now.isInLongCommand()) {
        now = now.inLongCommand(view.at(end - 1) != LF);
        out.replace(end - at, Octets.empty());
      } else if (end == Framing.TOO_LONG) {
        now = deny(now, Denial.LONG_COMMAND, "longer than command-length", out).inLongCommand(true);
        end = at;
      } else {
        now = line(now, view, at, end, out);
      }
      at = end;
    }
    if (at < view.length()) {
      leaveRest(now, view, at, out);
    }
    return now;
  }

  /** The end of what is deleted now of a command that is too long. */
  private static int longEnd(OctetView view, int at) {
    return Math.min(view.length(), view.indexOf(LF, at, view.length()) + 1);
  }

  /**
   * The start of a command behind the Telnet interrupts and data marks that announce ABOR (RFC 959
   * section 4.1.3). Other Telnet commands are not told from the line: a server that does not know
   * them may see the end of a line inside them.
   */
  private static int afterSignals(OctetView view, int at, int end) {
    int from = at;
    while (from + 1 < end && isSignal(view, from)) {
      from += 2;
    }
    return from;
  }

  private static boolean isSignal(OctetView view, int at) {
    int command = Byte.toUnsignedInt(view.at(at + 1));
    return view.at(at) == Telnet.IAC && (command == INTERRUPT || command == DATA_MARK);
  }

  /**
   * What is undecided waits for more of it, or for the server. At the end of the stream a line
   * without an end is no command, and others cannot wait.
   */
  private static void leaveRest(FtpState state, OctetView view, int at, Decisions out) {
    if (!view.endOfStream()) {
      if (state.isHolding()) {
        out.awaitOther();
      }
    } else if (state.isHolding()) {
      out.count(FtpReason.PIPELINE_LIMIT.reason(), "security=" + state.security());
      out.reset("the client ended before its commands could be decided");
    } else {
      out.replace(view.length() - at, Octets.empty());
    }
  }

  private FtpState line(FtpState state, OctetView view, int at, int end, Decisions out) {
    int from = afterSignals(view, at, end);
    Command command = Command.of(view, from, Line.textEnd(view, from, end));
    if (command == null) {
      out.replace(end - at, Octets.empty());
      return deny(state, Denial.MALFORMED, "malformed command", out);
    }
    Denial denial = denialOf(state, command);
    if (denial != null) {
      out.replace(end - at, Octets.empty());
      return deny(state, denial, "verb=" + command.verb(), out);
    }
    if (from > at) {
      out.pass(from - at);
    }
    pass(state, command, end - from, out);
    Request request = requestOf(state, command, out);
    if (request.kind() == Kind.TRANSFER) {
      data.expectAgain(state, request, out);
    }
    return after(state.with(state.pending().pass(request)), request.kind());
  }

  private FtpState after(FtpState state, Kind kind) {
    return switch (kind) {
      case AUTH -> state.with(Security.REQUESTED);
      case USER, LOGIN, REINITIALIZE, CHANGE, PARENT, PRINT ->
          policy.paths().isAny() ? state.with(state.session().moving()) : state;
      default -> state;
    };
  }

  private static FtpState deny(FtpState state, Denial denial, String text, Decisions out) {
    out.count(denial.reason(), text);
    return state.with(state.pending().deny(Request.OTHER, denial.reply(), out));
  }

  private @Nullable Denial denialOf(FtpState state, Command command) {
    if (policy.denies(command.verb())) {
      return Denial.COMMAND;
    }
    return switch (command.verb()) {
      case "PORT", "EPRT", "LPRT" -> denialOfPort(state, command);
      case "PASV" -> state.isOnlyExtended() ? Denial.COMMAND : null;
      case "LPSV" -> Denial.COMMAND;
      case "MDTM" -> denialOfTime(state, command);
      case "USER" -> policy.users().allows(command.argument()) ? null : Denial.USER;
      case "AUTH" -> isTls(command) && policy.tls() == Tls.PASS ? null : Denial.TLS;
      default -> paths.denialOf(command, state.session().directory());
    };
  }

  /** Some servers take a time before the path, and set that of the file: as MFMT does. */
  private @Nullable Denial denialOfTime(FtpState state, Command command) {
    Matcher matcher = TIME_BEFORE_PATH.matcher(command.argument());
    if (!matcher.matches()) {
      return paths.denialOf(command, state.session().directory());
    }
    Command bare = new Command(command.verb(), matcher.group("path"));
    return policy.denies("MFMT")
        ? Denial.COMMAND
        : paths.denialOf(bare, state.session().directory());
  }

  private static boolean isTls(Command command) {
    return TLS_MECHANISMS.contains(command.argument().strip().toUpperCase(Locale.ROOT));
  }

  private @Nullable Denial denialOfPort(FtpState state, Command command) {
    Endpoint end = endOf(command);
    if (end == null) {
      return Denial.ARGUMENT;
    }
    if (state.isOnlyExtended()) {
      return Denial.COMMAND;
    }
    if (!policy.allowsPort(end.port())) {
      return Denial.PORT;
    }
    boolean isForeign = !end.address().equals(state.ends().client());
    boolean sameKind = end.address().length() == state.ends().clientAtServer().length();
    return isForeign && (policy.foreign() == Foreign.DENY || !sameKind) ? Denial.ADDRESS : null;
  }

  private static @Nullable Endpoint endOf(Command command) {
    return switch (command.verb()) {
      case "PORT" -> DataAddress.ofPort(command.argument());
      case "EPRT" -> DataAddress.ofExtendedPort(command.argument());
      case "LPRT" -> DataAddress.ofLongPort(command.argument());
      default -> null;
    };
  }

  /** Passes a line, with the address that the server knows in PORT. */
  private void pass(FtpState state, Command command, int length, Decisions out) {
    Endpoint end = endOf(command);
    Octets address = state.ends().clientAtServer();
    if (end == null || end.address().equals(address)) {
      out.pass(length);
      return;
    }
    int before = command.verb().length() + 1;
    int argument = command.argument().length();
    out.pass(before);
    out.replace(argument, Octets.ofLatin1(argumentOf(command.verb(), address, end.port())));
    out.pass(length - before - argument);
    out.count(FtpReason.ADDRESS.reason(), "verb=" + command.verb());
  }

  private static String argumentOf(String verb, Octets address, int port) {
    return switch (verb) {
      case "PORT" -> DataAddress.toPort(address, port);
      case "EPRT" -> DataAddress.toExtendedPort(address, port);
      default -> DataAddress.toLongPort(address, port);
    };
  }

  private Request requestOf(FtpState state, Command command, Decisions out) {
    return switch (command.verb()) {
      case "USER" -> Request.of(Kind.USER, kept(command.argument(), true, out));
      case "PASS", "ACCT" -> Request.of(Kind.LOGIN);
      case "REIN" -> Request.of(Kind.REINITIALIZE);
      case "AUTH" -> Request.of(Kind.AUTH);
      case "PORT", "EPRT", "LPRT" -> {
        Endpoint end = endOf(command);
        yield end == null ? Request.OTHER : Request.ofPort(end.port());
      }
      case "PASV" -> Request.of(Kind.PASSIVE);
      case "EPSV" ->
          Request.of(
              command.argument().strip().equalsIgnoreCase("ALL")
                  ? Kind.ONLY_EXTENDED_PASSIVE
                  : Kind.EXTENDED_PASSIVE);
      case "RETR", "STOR", "STOU", "APPE", "LIST", "NLST", "MLSD" ->
          Request.of(Kind.TRANSFER, transfer(state, command, out));
      case "STAT" -> Request.of(Kind.STATUS);
      case "CWD", "XCWD" -> Request.of(Kind.CHANGE, kept(command.argument(), true, out));
      case "CDUP", "XCUP" -> Request.of(Kind.PARENT);
      case "PWD", "XPWD" -> Request.of(Kind.PRINT);
      case "SYST" -> Request.of(Kind.SYSTEM);
      case "FEAT" -> Request.of(Kind.FEATURES);
      default -> Request.OTHER;
    };
  }

  private String transfer(FtpState state, Command command, Decisions out) {
    return kept(DataContext.transfer(policy, state.session(), command), data.isTold(), out);
  }

  private String kept(String text, boolean isMissed, Decisions out) {
    if (policy.limits().keeps(text)) {
      return text;
    }
    if (isMissed) {
      out.count(FtpReason.LONG_PATH.reason(), "of a command");
    }
    return "";
  }
}
